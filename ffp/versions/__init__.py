"""Published versions of functions: which an alias goes back to, and which prevent a removal."""
