"""What happens when a graph is executed: the plan, the run, and the check against differences."""
