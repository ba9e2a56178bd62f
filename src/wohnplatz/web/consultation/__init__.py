"""Pages of the consultation: the planner's overview and decisions, the partners' chapters and answers."""
