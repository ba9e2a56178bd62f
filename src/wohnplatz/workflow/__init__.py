"""Operational memory: who owes what by when, what was accepted and what was decided. No HTTP here."""
