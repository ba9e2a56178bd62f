"""The catalogue in the browser: read, change, see the effect, keep."""
