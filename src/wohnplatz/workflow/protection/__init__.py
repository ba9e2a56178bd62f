"""The rules of disclosure control in force: checked, put in force, kept in every version."""
