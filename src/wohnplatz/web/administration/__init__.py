"""Setting up: district, divisions, accounts."""
