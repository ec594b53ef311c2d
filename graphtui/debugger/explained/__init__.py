"""Words for a step: what a lecture would say of it, with the numbers of this run."""
