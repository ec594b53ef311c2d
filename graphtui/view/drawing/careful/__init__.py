"""The phases for a small drawing, which is worth a search: item by item, not array by array."""
