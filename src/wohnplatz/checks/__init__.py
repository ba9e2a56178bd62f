"""Plausibility checks of deliveries: rules as data, evaluated on observations and their history."""
