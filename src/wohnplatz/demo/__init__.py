"""A made-up district: deterministic, believable, and loaded through the same door as a real one."""
