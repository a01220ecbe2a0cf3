"""Delivers a commit to an environment: the plan that people reviewed is the plan that is applied, or nothing is."""
