"""What every binding declares: what it uses, the variables that it gives, the services that it calls."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from settings.base import Settings, matching
from settings.database import DatabaseSettings

Prefix = Annotated[
    str,
    matching(
        r"([A-Za-z0-9_.-]+/)*",
        "must be folders that end in /, without wildcards or variables",
        "write it like reports/, or leave it out for the whole bucket",
    ),
]


def upper(name: str) -> str:
    """A name as part of a variable: `mail-api-key` becomes MAIL_API_KEY."""
    return name.upper().replace("-", "_")


class BindingBase(Settings):
    """The base of every binding. A field named after a kind of resource, such as `bucket`, holds the name of one."""

    uses: ClassVar[str]
    """The kind of resource whose construct grants it."""

    gives: ClassVar[Mapping[str, str]] = {}
    """The environment variables, each with what its value belongs to. `{bucket}` is replaced by that field, in capitals
    within a variable. Two bindings of a group that give one variable must give it the same meaning."""

    calls: ClassVar[tuple[str, ...]] = ()
    """The AWS services whose API it calls: a function in the VPC gets a path to each."""

    enters_vpc: ClassVar[bool] = False
    """Whether it puts the group's functions into the VPC."""

    @property
    def services(self) -> tuple[str, ...]:
        """The AWS services that it calls: those of its kind, unless its fields decide."""
        return self.calls

    def variables(self, database: DatabaseSettings) -> Mapping[str, str]:
        """The variables that the binding gives in an environment with such a database, as in `gives`."""
        return self._filled_in

    @property
    def possible_variables(self) -> frozenset[str]:
        """The variables that it gives with one database or another."""
        return frozenset(self._filled_in)

    @property
    def _filled_in(self) -> Mapping[str, str]:
        named = {each: str(getattr(self, each)) for each in self.__dataclass_fields__}  # type: ignore[attr-defined]
        in_capitals = {each: upper(value) for each, value in named.items()}
        return {name.format_map(in_capitals): whose.format_map(named) for name, whose in self.gives.items()}
