"""Pages of coverage: which data are there, for how much of the district, and how punctually they came."""
