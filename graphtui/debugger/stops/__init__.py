"""What stops a run: breakpoints, data breakpoints, catches; and logs, which only record."""
