"""The calendar of deadlines, and the feed of it that people subscribe to."""
