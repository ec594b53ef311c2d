"""What was described: the checked graph, and the ways in that write one."""
