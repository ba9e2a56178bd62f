"""Indicators and indices of the district's own, in versions, laid over the catalogue of files."""
