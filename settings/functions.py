"""Lambda functions: what they run, how much of the account they may use, and how they are reached."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from settings.allow import allow_problems
from settings.base import Problem, Settings, between, each_of, matching, must, one_of
from settings.bindings import Binding, ConnectToDatabase, TakeFromQuota, source_of
from settings.code import Folder, S3Object
from settings.images import Image
from settings.lifecycles import RUNTIMES
from settings.queues import Consume
from settings.routes import Route
from settings.schedules import ProvisionedConcurrencySettings, Schedule
from settings.types import Architecture, Description, LogRetentionDays, Name
from settings.variables import variable_problems
from settings.watches import Watch

SystemLogLevel = Literal["DEBUG", "INFO", "WARN"]
_RUNTIME = "python3.13"


@dataclass(frozen=True, kw_only=True)
class FunctionSettings(Settings):
    """One Lambda function."""

    name: Name
    """The function's name, unique in the application. Another name is another function."""

    description: Description
    """What the function does, shown in the console."""

    handler: Annotated[
        str, matching(r"\S{0,128}", "must be 1 to 128 characters without spaces", "write it like list_things.handler")
    ] = ""
    """What Lambda calls: module.function, by the rules of its runtime (`settings/handlers.py`). It must exist in the
    code, for Node in TypeScript or JavaScript. Only an image has none."""

    code: Folder | S3Object | Image
    """A folder of this repository, a package that was built elsewhere, or a container image."""

    runtime: Annotated[str, one_of(*RUNTIMES)] = _RUNTIME
    """Lambda's runtime. An image brings its own."""

    architecture: Architecture = "arm64"
    """The processor, for which packages of Python are fetched. arm64 is a fifth cheaper than x86_64."""

    memory_mb: Annotated[int, between(128, 10_240, "MB")] = 256
    """Memory in MB; processor time grows with it, and so does the price of each second."""

    timeout_seconds: Annotated[int, between(1, 900, "seconds")] = 10
    """Seconds after which Lambda ends a call: below 30 for routes, at most 5 for the token trigger."""

    reserved_concurrency: Annotated[int, between(1, 1000)] | None = None
    """Calls that may run at once, taken from the account's quota; more are refused. Functions with the database must
    set it, so that its connections suffice. None shares what is unreserved."""

    provisioned_concurrency: ProvisionedConcurrencySettings | None = None
    """Environments that are kept warm, paid by the hour. None, the default, accepts cold starts."""

    environment: dict[str, str] = field(default_factory=dict)
    """Environment variables of the function's own, at most 3072 bytes together. They must not hold secrets or take
    names that a binding gives."""

    system_log_level: SystemLogLevel = "INFO"
    """The level of Lambda's own log lines. INFO at most: above it, Lambda drops `platform.report`, and the memory alarm
    no longer receives data."""

    routes: tuple[Route, ...] = ()
    """The API routes that call it. A function without routes cannot be reached from outside."""

    schedule: Schedule | None = None
    """When it runs by itself. By default it does not."""

    consumes: Consume | None = None
    """The queue whose messages it handles. By default it handles none."""

    watches: tuple[Watch, ...] = ()
    """The buckets whose objects it is called for. By default it is called for none."""

    asynchronous: bool = False
    """True for events that nobody waits for: failed ones go into a queue, with an alarm. Functions that watch a bucket
    or have a schedule always are asynchronous."""

    retries: Annotated[int, between(0, 2)] = 2
    """How often Lambda tries a failed asynchronous event again before it goes into the queue. Handlers must tolerate
    repetition."""

    longest_wait_seconds: Annotated[int, between(60, 21_600, "seconds")] = 3600
    """Seconds for which an asynchronous event may wait for an execution before it goes into the queue."""

    @property
    def entry(self) -> str | None:
        """The TypeScript file that is bundled, by its name among the code's files; None for all other code."""
        return self.code.entry(self.handler, self.runtime) if isinstance(self.code, Folder) else None

    @property
    def is_asynchronous(self) -> bool:
        return self.asynchronous or self.schedule is not None or bool(self.watches)

    def rules(self) -> Iterator[Problem]:
        return each_of(self._level_rules(), variable_problems(self.environment), self._code_rules(), self._warm_rules())

    def _level_rules(self) -> Iterator[Problem]:
        if self.system_log_level == "WARN":
            yield Problem(
                "system_log_level",
                "WARN",
                "must be INFO or lower",
                "choose INFO: above it the memory metric is lost",
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
        if isinstance(self.code, Image):
            if self.handler:
                limit, remedy = "an image has no handler", "remove it, and name it in the image's `command`"
                yield Problem("handler", self.handler, limit, remedy)
            if self.runtime != _RUNTIME:
                yield Problem("runtime", self.runtime, "an image brings its own", "remove it")
            return
        if not self.handler:
            yield Problem("handler", "", "only an image has none", "write it like list_things.handler")
            return
        if not isinstance(self.code, Folder):
            return
        if self.code.packages and not self.runtime.startswith("python"):
            yield Problem(
                "code.packages",
                self.code.packages,
                f"packages of Python are nothing for {self.runtime}",
                "name them in the folder's package.json, and import them from TypeScript",
            )
        yield from self.code.handler_problems(self.handler, self.runtime)


@dataclass(frozen=True, kw_only=True)
class FunctionGroupSettings(Settings):
    """Functions that share a purpose and a role, which has only the access that the bindings give."""

    name: Name
    """The group's name, which its role and security group take."""

    functions: Annotated[
        tuple[FunctionSettings, ...],
        must(lambda functions: len(functions) > 0, "must not be empty", "add one, or remove the group"),
    ]
    """The group's functions, which all have the access of its bindings."""

    bindings: tuple[Binding, ...] = ()
    """What the group may reach. Without any, its functions may only write logs and traces."""

    log_retention_days: LogRetentionDays = 365
    """Days for which the functions' logs are kept; a stored gigabyte costs about 0.03 dollars a month. Patient data
    demands 365."""

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
            yield Problem("bindings", source_of(binding), "is listed twice", "remove one of the two lines")
        for binding in self.bindings:
            if isinstance(binding, TakeFromQuota) and ConnectToDatabase() not in self.bindings:
                yield Problem(
                    "bindings", source_of(binding), "quotas are counted in the database", "bind ConnectToDatabase() too"
                )
        yield from allow_problems(self.bindings, in_vpc=self.in_vpc)
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
