"""Partners, data agreements and delivery rounds."""
