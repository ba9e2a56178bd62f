"""Pages and documents made from released tables: one tree of blocks, typeset as PDF."""
