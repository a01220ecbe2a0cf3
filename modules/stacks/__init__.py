"""The stacks of an environment: the only package that connects the modules with one another."""

from modules.stacks.app import synthesise
from modules.stacks.bootstrap import BootstrapStack
from modules.stacks.hcl import replace_with_hcl
from modules.stacks.platform import PlatformStack

__all__ = ["BootstrapStack", "PlatformStack", "replace_with_hcl", "synthesise"]
