"""Lambda functions: what they run, what they may use of an account, how they are reached."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from settings.base import Problem, Settings, between, each_of, matching, must, one_of
from settings.bindings import Binding, ConnectToDatabase, TakeFromQuota, written
from settings.code import PACKAGES_RUN_ON, Folder, S3Object
from settings.routes import Route
from settings.schedules import ProvisionedConcurrencySettings, Schedule
from settings.types import Architecture, Description, LogRetentionDays, Name
from settings.variables import variable_problems

SystemLogLevel = Literal["DEBUG", "INFO", "WARN"]


@dataclass(frozen=True, kw_only=True)
class FunctionSettings(Settings):
    """One Lambda function. What differs from the defaults is what is special about it."""

    name: Name
    description: Description
    # module.function, by the rule of the runtime: `settings/handlers.py`
    handler: Annotated[
        str, matching(r"\S{1,128}", "must be 1 to 128 characters without spaces", "write it like list_notes.handler")
    ]
    code: Folder | S3Object
    runtime: Annotated[str, one_of("python3.12", "python3.13", "nodejs22.x")] = "python3.13"
    architecture: Architecture = "arm64"
    memory_mb: Annotated[int, between(128, 10_240, "MB")] = 256
    timeout_seconds: Annotated[int, between(1, 900, "seconds")] = 10
    reserved_concurrency: Annotated[int, between(1, 1000)] | None = None
    provisioned_concurrency: ProvisionedConcurrencySettings | None = None
    environment: dict[str, str] = field(default_factory=dict)
    # INFO at the least: above it Lambda drops `platform.report`, and the memory alarm goes blind without a word.
    system_log_level: SystemLogLevel = "INFO"
    routes: tuple[Route, ...] = ()
    schedule: Schedule | None = None
    asynchronous: bool = False  # scheduled functions always are
    retries: Annotated[int, between(0, 2)] = 2
    longest_wait_seconds: Annotated[int, between(60, 21_600, "seconds")] = 3600

    @property
    def is_asynchronous(self) -> bool:
        return self.asynchronous or self.schedule is not None

    def rules(self) -> Iterator[Problem]:
        return each_of(self._level_rules(), variable_problems(self.environment), self._code_rules(), self._warm_rules())

    def _level_rules(self) -> Iterator[Problem]:
        if self.system_log_level == "WARN":
            yield Problem(
                "system_log_level",
                "WARN",
                "INFO at the highest",
                "above INFO the memory metric is lost: choose INFO",
            )

    def _warm_rules(self) -> Iterator[Problem]:
        if self.provisioned_concurrency and self.reserved_concurrency:
            warm = self.provisioned_concurrency.environments
            if warm > self.reserved_concurrency:
                yield Problem(
                    "provisioned_concurrency.environments",
                    warm,
                    f"at most the {self.reserved_concurrency} that are reserved",
                    "lower it or raise reserved_concurrency",
                )

    def _code_rules(self) -> Iterator[Problem]:
        if not isinstance(self.code, Folder):
            return
        if self.code.packages and (self.runtime, self.architecture) != PACKAGES_RUN_ON:
            yield Problem(
                "code.packages",
                self.code.packages,
                f"packages are fetched for {' on '.join(PACKAGES_RUN_ON)} alone",
                "choose these, or bring the code as an S3Object",
            )
        yield from self.code.handler_problems(self.handler, self.runtime)


@dataclass(frozen=True, kw_only=True)
class FunctionGroupSettings(Settings):
    """Functions that share a purpose and therefore a role: the role has what the bindings give, and no more."""

    name: Name
    functions: Annotated[
        tuple[FunctionSettings, ...],
        must(lambda functions: len(functions) > 0, "a group has functions", "add one, or remove the group"),
    ]
    bindings: tuple[Binding, ...] = ()
    log_retention_days: LogRetentionDays = 365

    @property
    def uses_database(self) -> bool:
        """Whether its functions hold connections to the database."""
        return any(each.uses == "database" for each in self.bindings)

    @property
    def in_vpc(self) -> bool:
        """Whether a binding puts its functions into the VPC."""
        return any(each.enters_vpc for each in self.bindings)

    def rules(self) -> Iterator[Problem]:
        for binding in dict.fromkeys(each for each in self.bindings if self.bindings.count(each) > 1):
            yield Problem("bindings", written(binding), "stands twice", "remove one of the two lines")
        for binding in self.bindings:
            if isinstance(binding, TakeFromQuota) and ConnectToDatabase() not in self.bindings:
                yield Problem(
                    "bindings", written(binding), "quotas are counted in the database", "bind ConnectToDatabase() too"
                )
        if not self.uses_database:
            return
        for function in self.functions:
            if function.reserved_concurrency is None:
                yield Problem(
                    f"functions[{function.name}].reserved_concurrency",
                    None,
                    "a function that uses the database needs a reservation",
                    "reserve as many as the database has connections to spare",
                )
