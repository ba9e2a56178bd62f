"""The district and the divisions of its area."""
