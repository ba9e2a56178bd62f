"""Pages of analysis: what there is, the selection of areas, pictures to take away."""
