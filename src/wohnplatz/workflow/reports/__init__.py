"""Social reports written together: blocks with their history, bound to a release."""
