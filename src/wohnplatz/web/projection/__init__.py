"""The population to come."""
