"""Social reports: list, outline, editor, history, release, files."""
