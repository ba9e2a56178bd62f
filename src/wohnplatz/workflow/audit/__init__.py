"""What was done by which organisation."""
