"""The rules of disclosure control: shown, checked, put in force."""
