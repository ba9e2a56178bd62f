"""The consultation of a social report: who is asked, what they answer, what is decided about it."""
