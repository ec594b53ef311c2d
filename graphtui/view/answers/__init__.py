"""What commands answer: as lines for a page, as documents for programs."""
