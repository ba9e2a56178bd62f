"""What is more than chance: the early warning and the funnel of an indicator."""
