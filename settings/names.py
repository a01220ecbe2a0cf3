"""What AWS allows in names. Settings validate every name that will be made of theirs; `Context` makes the names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, unique

from settings.application import Application
from settings.base import Problem
from settings.identity import IdentitySettings
from settings.smoke import SECRET
from settings.storage import MALWARE_SCANS_ROLE, StorageSettings

PROJECT = "ffp"
ENVIRONMENT = "[a-z][a-z0-9]{1,15}"  # what an environment may be called


@unique
class Limit(Enum):
    """What each service allows in a name: its length, and its characters."""

    ALARM = (255, r"[\w -]+")
    BACKUP = (50, r"[\w-]{2,}")  # vaults, plans and selections
    BUCKET = (63, r"[a-z0-9][a-z0-9-]+[a-z0-9]")
    BUS = (256, r"[/.\-_A-Za-z0-9]+")
    DATABASE = (63, r"[a-z]([a-z0-9]|-(?!-|$))*")
    DOMAIN_PREFIX = (63, r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
    FUNCTION = (64, r"[\w-]+")
    GENERAL = (128, r"[\w-]+")
    LOG_GROUP = (512, r"[\w/.#-]+")
    PARAMETER_GROUP = (255, r"[a-z][a-z0-9-]*")
    PERMISSION = (100, r"[\w-]+")
    QUEUE = (80, r"[\w-]+(\.fifo)?")
    ROLE = (64, r"[\w+=,.@-]+")
    RULE = (64, r"[.\-_A-Za-z0-9]+")
    SCHEDULE = (64, r"[\w.-]+")
    SECRET = (512, r"[\w/+=.@-]+")
    TOPIC = (100, r"[A-Za-z0-9_-]+")  # SNS allows 256, but 100 in the display name, which repeats it

    @property
    def longest(self) -> int:
        return self.value[0]

    def broken_by(self, name: str) -> str | None:
        """Why the service would refuse a name, in words; None when it would accept it."""
        kind = self.name.lower().replace("_", " ")
        if len(name) > self.longest:
            return f"AWS allows {self.longest} characters in the name of a {kind}, this has {len(name)}"
        if not re.fullmatch(self.value[1], name):
            return f"the name of a {kind} must match {self.value[1]}"
        return None


# The alias by which every caller invokes a function; a deploy points it to the newest version.
ALIAS = "live"


def prefix(environment: str) -> str:
    """How every name of an environment begins."""
    return f"{environment}-{PROJECT}-"


def restore_tests(environment: str) -> str:
    """The name of the plan that tests restores, in which AWS allows no hyphens."""
    return f"{prefix(environment).replace('-', '_')}restores"


def queue_name(name: str, *, fifo: bool) -> str:
    """A queue's name; AWS demands an ending of FIFO queues."""
    return f"{name}.fifo" if fifo else name


def dead_letters(queue: str) -> str:
    """The name of the queue that takes what the consumer of another could not handle."""
    return f"{queue}-dead-letters"


def undelivered(topic: str) -> str:
    """The name of the queue that takes what a topic or a bus could not deliver to one of its subscribers."""
    return f"{topic}-undelivered"


def clean_objects(function: str, index: int) -> str:
    """The name of the rule by which a function hears of the objects of one watch that a scan found clean."""
    return f"{function}-{index}"


def role_path(environment: str) -> str:
    """The IAM path of the platform's roles. CI may change every role below it, so people's roles must not be there."""
    return f"/{environment}-{PROJECT}/"


# Names that the stacks use themselves, without the prefix; a test compares them with what is synthesised.
RESERVED_NAMES = {
    Limit.BUCKET: ("front-door-logs", "logs", "state", "state-logs"),
    Limit.FUNCTION: ("database",),  # its alarms would be called like the database's
    Limit.ROLE: (  # a group makes a role and a security group
        "backup",
        "cognito-idp-endpoint",
        "database",
        "database-monitoring",
        "database-proxy",
        "deploy",
        "events-endpoint",
        "flow-logs",
        "lambda-endpoint",
        MALWARE_SCANS_ROLE,
        "nat",
        "plan",
        "renewals",
        "restore-tests",
        "secretsmanager-endpoint",
        "smoke",
        "sns-endpoint",
        "sqs-endpoint",
    ),
    Limit.SECRET: (SECRET,),
    Limit.TOPIC: ("alarms",),
}


@dataclass(frozen=True)
class _Named:
    """One name that will be made, and the setting that it is made of."""

    field: str
    name: str
    limit: Limit


def name_problems(
    environment: str,
    account_id: str,
    *,
    application: Application,
    identity: IdentitySettings,
    storage: StorageSettings,
) -> Iterator[Problem]:
    """Every name that AWS would refuse, and every name that two resources would have."""
    start = prefix(environment)
    names = [
        *(
            _Named(f"application.groups[{group.name}].name", f"{start}{group.name}", Limit.ROLE)
            for group in application.groups
        ),
        *_of_functions(application, start),
        *_of_scans(application, storage, start),
        *_of_queues(application, start),
        *_of_topics(application, start),
        *_of_buses(application, start),
        *(
            _Named(f"application.buckets[{bucket.name}].name", f"{start}{bucket.name}-{account_id}", Limit.BUCKET)
            for bucket in application.buckets
        ),
        *_of_secrets(application, start),
        *(
            _Named(f"identity.machines[{machine.name}].name", f"{start}{name}", limit)
            for machine in identity.machines
            for name, limit in ((machine.secret.name, Limit.SECRET), (f"renew-{machine.secret.name}", Limit.SCHEDULE))
        ),
        _Named("identity.domain_prefix", f"{environment}-{identity.domain_prefix}", Limit.DOMAIN_PREFIX),
    ]
    for each in names:
        if broken := each.limit.broken_by(each.name):
            yield Problem(each.field, each.name, broken, "shorten it" if "allows" in broken else "choose another")
    end = {Limit.BUCKET: f"-{account_id}"}
    seen = {(limit, f"{start}{name}{end.get(limit, '')}") for limit, each in RESERVED_NAMES.items() for name in each}
    reported: set[str] = set()
    for each in names:
        if each.limit in (Limit.PERMISSION, Limit.RULE):
            continue  # unique in one function's policy, or on one bus; what is alike has a rule of its own
        if (each.limit, each.name) in seen and each.field not in reported:
            reported.add(each.field)
            kind = each.limit.name.lower().replace("_", " ")
            yield Problem(each.field, each.name, f"another {kind} has that name", "rename one: names become addresses")
        seen.add((each.limit, each.name))


def _of_functions(application: Application, start: str) -> Iterator[_Named]:
    for function in application.functions:
        field = f"application.functions[{function.name}]"
        yield _Named(f"{field}.name", f"{start}{function.name}", Limit.FUNCTION)
        if function.is_asynchronous:
            yield _Named(f"{field}.name", f"{start}{function.name}-failures", Limit.QUEUE)
        if function.schedule is not None:
            yield _Named(f"{field}.name", f"{start}{function.name}-schedule", Limit.ROLE)
            yield _Named(f"{field}.name", f"{start}{function.name}", Limit.SCHEDULE)
        for route in function.routes:
            yield _Named(f"{field}.routes[{route.key}].key", route.id, Limit.PERMISSION)


def _of_scans(application: Application, storage: StorageSettings, start: str) -> Iterator[_Named]:
    for function in application.functions:
        for index, watch in enumerate(function.watches):
            if watch.created and storage.scan_of(watch.bucket):
                field = f"application.functions[{function.name}].name"
                yield _Named(field, f"{start}{clean_objects(function.name, index)}", Limit.RULE)


def _of_queues(application: Application, start: str) -> Iterator[_Named]:
    for queue in application.queues:
        for name in (queue.name, dead_letters(queue.name)):
            whole = queue_name(f"{start}{name}", fifo=queue.fifo)
            yield _Named(f"application.queues[{queue.name}].name", whole, Limit.QUEUE)


def _of_topics(application: Application, start: str) -> Iterator[_Named]:
    for topic in application.topics:
        field = f"application.topics[{topic.name}].name"
        yield _Named(field, f"{start}{topic.name}", Limit.TOPIC)
        yield _Named(field, f"{start}{undelivered(topic.name)}", Limit.QUEUE)


def _of_buses(application: Application, start: str) -> Iterator[_Named]:
    for bus in application.buses:
        field = f"application.buses[{bus.name}]"
        yield _Named(f"{field}.name", f"{start}{bus.name}", Limit.BUS)
        yield _Named(f"{field}.name", f"{start}{undelivered(bus.name)}", Limit.QUEUE)
        for rule in bus.event_rules:
            yield _Named(f"{field}.event_rules[{rule.name}].name", f"{start}{rule.name}", Limit.RULE)


def _of_secrets(application: Application, start: str) -> Iterator[_Named]:
    for secret in application.secrets:
        field = f"application.secrets[{secret.name}].name"
        yield _Named(field, f"{start}{secret.name}", Limit.SECRET)
        if secret.rotates:
            yield _Named(field, f"rotate-{secret.name}", Limit.PERMISSION)
        else:
            yield _Named(field, f"{start}renew-{secret.name}", Limit.SCHEDULE)
