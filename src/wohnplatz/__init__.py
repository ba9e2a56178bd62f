"""Wohnplatz: strategic social planning for a German district."""

__version__ = "0.1.0"
