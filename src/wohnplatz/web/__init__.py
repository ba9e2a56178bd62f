"""The web application: HTTP only. State changes go through ``workflow.*.actions``."""
