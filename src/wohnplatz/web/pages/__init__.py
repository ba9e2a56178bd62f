"""Pages beside the figures: glossary, accessibility, imprint."""
