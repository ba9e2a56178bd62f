"""Pages of partners, data agreements, and what a planner may change about a round."""
