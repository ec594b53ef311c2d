"""Text with roles: numbers, names, tables and bars in so many cells; nobody knows a colour yet."""
