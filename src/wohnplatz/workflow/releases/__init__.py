"""Releases: frozen states of the data, and the only way to their figures."""
