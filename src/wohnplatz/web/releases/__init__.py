"""Releases: list, make, compare."""
