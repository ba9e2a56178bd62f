"""The composite index: matrix, map, list."""
