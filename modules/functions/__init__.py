"""Lambda functions, their groups with a role each, and their packages (MAP-1)."""

from modules.functions.function import Function

__all__ = ["Function"]
