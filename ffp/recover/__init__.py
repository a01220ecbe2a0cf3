"""Recovers what AWS makes no backup of: the users of the pool, from an export."""
