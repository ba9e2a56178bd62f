"""Areas: list, profile, origin of figures."""
