"""Mails: reminders, thanks, a planner's daily summary, a monthly one for the head of the office."""
