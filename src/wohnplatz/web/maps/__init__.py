"""Maps and their downloads."""
