"""The stacks of an environment, and the only place where rooms meet."""

from modules.stacks.app import synthesise
from modules.stacks.bootstrap import BootstrapStack
from modules.stacks.platform import PlatformStack

__all__ = ["BootstrapStack", "PlatformStack", "synthesise"]
