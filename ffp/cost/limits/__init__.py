"""The limits that a growing environment meets, by what they limit."""
