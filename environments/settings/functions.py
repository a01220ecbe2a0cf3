"""Lambda functions: what they run, what they may use of an account, how they are reached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from environments.secrecy import secret_variable
from environments.settings.base import Problem, Settings, between, matching, must, one_of
from environments.settings.bindings import Binding, ConnectToDatabase, RotateDatabaseUsers
from environments.settings.types import Architecture, LogRetentionDays, Name

ROOT = Path(__file__).resolve().parents[2]
# What `make setup` fetches for Lambda, and the one platform that it fetches it for.
PACKAGES = tuple(re.findall(r"^([\w.-]+)==", (ROOT / "functions" / "requirements.txt").read_text(), re.MULTILINE))
PACKAGES_RUN_ON = ("python3.13", "arm64")
LogLevel = Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
SystemLogLevel = Literal["DEBUG", "INFO", "WARN"]


@dataclass(frozen=True, kw_only=True)
class Folder(Settings):
    """Code of ours: the folder's modules, what functions share, and locked packages, zipped byte for byte the same."""

    path: Annotated[
        str,
        must(
            lambda path: (ROOT / path).is_dir() and (ROOT / path).resolve().is_relative_to(ROOT),
            "must be a folder of this repository",
            "make it, or mend the path",
        ),
    ]
    # distributions of functions/requirements.txt, fetched for one platform; what they need comes along
    packages: tuple[Annotated[str, one_of(*PACKAGES)], ...] = ()


@dataclass(frozen=True, kw_only=True)
class S3Object(Settings):
    """Code that was built elsewhere: where it lies and the hash it must have."""

    bucket: str
    key: str
    sha256_base64: Annotated[
        str,
        matching(
            r"[A-Za-z0-9+/]{43}=",
            "must be a SHA-256 in base64",
            "use `openssl dgst -sha256 -binary | base64`",
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class Route(Settings):
    """A route of the HTTP API. Scopes admit access tokens only; a public route must be listed in the API's settings."""

    key: Annotated[
        str,
        matching(
            r"(GET|POST|PUT|PATCH|DELETE) /api/[a-z0-9/{}A-Z-]+",
            "must be a method and a path below /api/",
            "write it like GET /api/exercises/{exerciseId}: the distribution forwards /api/* alone",
        ),
    ]
    scopes: tuple[str, ...] = ()
    public: bool = False
    requests_per_second: Annotated[int, between(1, 10_000)] | None = None  # the stage's own throttle when not given
    burst: Annotated[int, between(1, 5_000)] | None = None

    @property
    def name(self) -> str:
        return self.key

    @property
    def id(self) -> str:
        """`GET /api/exercises/{exerciseId}` becomes `get-exercises-exercise-id`, in addresses and permissions."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", self.key.replace("/api/", "", 1))
        return "-".join(re.findall(r"[A-Za-z0-9-]+", words)).lower()

    @property
    def shape(self) -> str:
        """The route with its parameters' names taken away: two of the same shape would shadow each other."""
        return re.sub(r"\{[^}]*\}", "{}", self.key)

    def rules(self) -> Iterator[Problem]:
        if self.public and self.scopes:
            yield Problem("scopes", self.scopes, "a public route has no token to read them from", "drop one of the two")
        if (self.requests_per_second is None) != (self.burst is None):
            yield Problem(
                "burst",
                self.burst,
                "a throttle needs a rate and a burst",
                "give both requests_per_second and burst",
            )


@dataclass(frozen=True, kw_only=True)
class Schedule(Settings):
    """When a background job runs."""

    expression: Annotated[
        str,
        matching(
            r"rate\([1-9]\d* (minute|hour|day)s?\)|cron\(\S+( \S+){5}\)",
            "must be rate(…) or cron(…)",
            "write it like rate(15 minutes) or cron(0 7 * * ? *)",
        ),
    ]
    timezone: str = "Europe/London"


CronExpression = Annotated[
    str, matching(r"cron\(\S+( \S+){5}\)", "must be cron(…) of six fields", "write it like cron(0 7 ? * MON-FRI *)")
]


@dataclass(frozen=True, kw_only=True)
class ProvisionedConcurrency(Settings):
    """Warm environments, paid by the hour; with hours given they exist in those alone (UTC cron expressions)."""

    environments: Annotated[int, between(1, 1000)]
    scale_up: CronExpression | None = None
    scale_down: CronExpression | None = None

    def rules(self) -> Iterator[Problem]:
        if (self.scale_up is None) != (self.scale_down is None):
            yield Problem("scale_down", self.scale_down, "a schedule needs both ends", "give scale_up and scale_down")


@dataclass(frozen=True, kw_only=True)
class Function(Settings):
    """One Lambda function. What differs from the defaults is what is special about it."""

    name: Name
    description: str
    handler: Annotated[str, matching(r"\w+(\.\w+)+", "must be module.function", "write it like list_notes.handler")]
    code: Folder | S3Object
    runtime: Annotated[str, one_of("python3.12", "python3.13", "nodejs22.x")] = "python3.13"
    architecture: Architecture = "arm64"
    memory_mb: Annotated[int, between(128, 10_240, "MB")] = 256
    timeout_seconds: Annotated[int, between(1, 900, "seconds")] = 10
    reserved_concurrency: Annotated[int, between(1, 1000)] | None = None
    provisioned_concurrency: ProvisionedConcurrency | None = None
    environment: dict[str, str] = field(default_factory=dict)
    log_level: LogLevel = "INFO"
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
        if self.system_log_level == "WARN":
            yield Problem(
                "system_log_level",
                "WARN",
                "INFO at the highest",
                "above INFO the memory metric is lost: choose INFO",
            )
        for name, value in self.environment.items():
            if secret_variable(name, value):
                yield Problem(
                    f"environment[{name}]",
                    "(not shown)",
                    "environment variables carry no secret",
                    "put the value in Secrets Manager and bind the group with ReadSecret",
                )
        if isinstance(self.code, Folder):
            yield from self._code_rules(self.code)
        if self.provisioned_concurrency and self.reserved_concurrency:
            warm = self.provisioned_concurrency.environments
            if warm > self.reserved_concurrency:
                yield Problem(
                    "provisioned_concurrency.environments",
                    warm,
                    f"at most the {self.reserved_concurrency} that are reserved",
                    "lower it or raise reserved_concurrency",
                )

    def _code_rules(self, code: Folder) -> Iterator[Problem]:
        module = Path(code.path, *self.handler.split(".")[:-1]).with_suffix(".py")
        if self.runtime.startswith("python") and (ROOT / code.path).is_dir() and not (ROOT / module).is_file():
            yield Problem("handler", self.handler, f"there is no {module.as_posix()}", "write it, or mend the handler")
        if code.packages and (self.runtime, self.architecture) != PACKAGES_RUN_ON:
            yield Problem(
                "code.packages",
                code.packages,
                f"packages are fetched for {' on '.join(PACKAGES_RUN_ON)} alone",
                "choose these, or bring the code as an S3Object",
            )


@dataclass(frozen=True, kw_only=True)
class FunctionGroup(Settings):
    """Functions that share a purpose and therefore a role: the role has what the bindings give, and no more."""

    name: Name
    functions: Annotated[
        tuple[Function, ...],
        must(lambda functions: len(functions) > 0, "a group has functions", "add one, or remove the group"),
    ]
    bindings: tuple[Binding, ...] = ()
    log_retention_days: LogRetentionDays = 365

    @property
    def uses_database(self) -> bool:
        return any(isinstance(each, ConnectToDatabase | RotateDatabaseUsers) for each in self.bindings)

    def rules(self) -> Iterator[Problem]:
        for binding in dict.fromkeys(each for each in self.bindings if self.bindings.count(each) > 1):
            yield Problem("bindings", binding, "stands twice", "remove one of the two lines")
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
