"""Deliveries: received, checked, accepted, returned."""
