"""The sample's handlers."""
