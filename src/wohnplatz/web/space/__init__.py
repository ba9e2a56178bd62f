"""Patterns in space and unequal distribution: pages and downloads."""
