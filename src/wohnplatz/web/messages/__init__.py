"""Pages of the mails: what goes out today and next, what was sent, what failed, and the settings."""
