"""Two runs side by side, and the first step at which they part."""
