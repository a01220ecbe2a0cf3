"""The changes, by what they are about."""
