"""The command line: the same actions as the web, for scripts and for the operation."""
