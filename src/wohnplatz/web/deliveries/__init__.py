"""Deliveries: list, upload, findings, decisions."""
