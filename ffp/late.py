"""Groups of commands that are loaded when one of them is called, so that other commands need not wait for them."""

from functools import cached_property
from importlib import import_module
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command


def late(module: str) -> type[TyperGroup]:
    """A group of the commands of the `app` in a module."""

    class Late(TyperGroup):
        @cached_property
        def _loaded(self) -> Any:
            return get_command(import_module(module).app)

        def list_commands(self, ctx: Any) -> list[str]:
            names: list[str] = self._loaded.list_commands(ctx)
            return names

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            return self._loaded.get_command(ctx, cmd_name)

    return Late
