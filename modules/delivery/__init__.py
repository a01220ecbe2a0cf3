"""Permissions of CI in an environment: what its roles may do, action by action, and what no role may ever do."""
