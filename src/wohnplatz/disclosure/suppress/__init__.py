"""Secondary suppression: which further figures to hide so that nothing sensitive can be computed back."""

from .protect import Pattern, protect, repair

__all__ = ["Pattern", "protect", "repair"]
