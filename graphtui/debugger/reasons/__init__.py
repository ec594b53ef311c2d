"""Why a number is what it is: zero, missing, huge, NaN; and where that began."""
