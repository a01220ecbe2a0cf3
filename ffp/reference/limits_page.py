"""Generates `docs/limits.md`: AWS's limits, what the generator does about each, and what to do when one is met."""

from collections.abc import Iterable, Iterator

from catalogue.limits import READ, Limit, callers, network, operations, permissions
from catalogue.limits.limit import DOCS
from ffp.reference.markdown import NOTICE, code, table

_SECTIONS = {
    "API, functions and sign-in": callers,
    "Roles and policies": permissions,
    "Network": network,
    "Monitoring and backups": operations,
}
_INTRODUCTION = f"""\
AWS limits how much of something there may be: routes of an API, characters of a policy, rules of a security group. It
refuses what exceeds a limit during a deploy, when half of the change is made. `ffp synth` therefore measures every
stack against the limits below before it replaces the last output. A stack beyond one of them is refused with exit code
2, and so cannot be planned. All problems appear at once, each with the resource, its value, the limit and the remedy.
The settings refuse earlier what they can count themselves.

`ffp limits` shows how much of each limit the synthesised stacks use, the fullest first.

The values are AWS's defaults, as its documents gave them in {READ}. AWS raises some of them on request. The column
"setting" then names the field of [`limits`](settings.md#accountlimits) in `environments/<env>.py` that takes the
account's own value. Without a setting the limit is fixed."""
_SIZES_TITLE = "How sizes are estimated"
_SIZES = """\
AWS measures the finished policy or variable, but the JSON contains references such as `${aws_kms_key.x.arn}`. The
check replaces each reference by its value. A name is in the JSON. What AWS generates has a known form, and a stand-in
of the same length takes its place: the ARN of a key, for example, is `arn:aws:kms:`, region, account, `:key/` and 36
characters. The forms are in `ffp/limits/values.py`. A reference of unknown form counts as 160 characters, which is
longer than any that is known. Policies are measured without white space, as the provider sends them. A test lets the
real provider write the policies of two stacks and compares the lengths: they are the same to the character."""
_FIRST = "Which limit comes first"
_GROWTH = (
    (
        "functions that use the database",
        "connections of the database",
        "60 reserved executions, with the default of `database.max_connections`",
    ),
    ("groups that use the database", "inbound rules of the database's security group", "60 groups"),
    ("functions with a reservation", "the account's concurrency", "900 reserved executions"),
    ("functions with a route", "integrations of the API", "300 functions; AWS does not raise it"),
    ("routes", "routes of the API", "300 routes, until AWS raises it"),
    ("routes of one function", "the function's resource policy", "some 50 routes"),
    ("functions of a group", "inline policies of the group's role", "some 110 functions"),
    ("the same, in the VPC or asynchronous", "inline policies of the group's role", "some 55 functions"),
    ("secrets that rotate", "the rotation function's resource policy", "some 50 secrets"),
    ("groups, and functions with a schedule", "roles of the account", "some 990 together"),
    ("functions without a route, in groups of five", "none up to 1,000 functions, which a test synthesises", ""),
)
_ELSEWHERE = "Limits that are held elsewhere"
_LAMBDA = callers.FUNCTION_VARIABLES.source
_OTHERS = (
    (
        "concurrent executions of an account",
        f"1,000 ([source]({_LAMBDA})); a new account has fewer",
        "the settings: reservations must fit into `limits.concurrent_executions` less `limits.unreserved_minimum`",
    ),
    (
        "connections of the database",
        "`max_connections`, which memory limits",
        "the settings: reservations of functions that use it must fit into `database.max_connections` less 10",
    ),
    ("lengths and characters of names", "one for each service", "the settings (`settings/names.py`)"),
    (
        "requests, sign-ins, mails and bandwidth",
        "see [what grows first](cost.md#what-grows-first)",
        "`ffp cost` computes at which load each is met",
    ),
    (
        "groups of the user pool, and so tenants",
        f"10,000 ([source]({callers.POOL_SCOPES.source}))",
        "nothing: tenants are not in the JSON ([why a group for each](architecture.md#decisions))",
    ),
    (
        "code storage of Lambda",
        f"300 GB ([source]({_LAMBDA})); older documents of AWS say 75 GB",
        "nothing: each deploy that changes a function adds a version of its package, and the JSON has only the newest",
    ),
    (
        "cache behaviours of the distribution",
        f"75 ([source]({DOCS}AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html))",
        "the design: there are two besides the default, whatever the application",
    ),
)
_DIVIDED = """\
Saved queries, dashboards and the policies of keys grow with the functions, and are divided or shortened before they
meet a limit."""


def text() -> str:
    """The whole page."""
    titles = (*_SECTIONS, _FIRST, _SIZES_TITLE, _ELSEWHERE)
    contents = "\n".join(f"- [{title}](#{title.lower().replace(',', '').replace(' ', '-')})" for title in titles)
    parts = (
        *(part for title, room in _SECTIONS.items() for part in _section(title, vars(room).values())),
        f"## {_FIRST}",
        "It depends on how the functions are divided. The figures are for names of the usual length.",
        table(("what grows", "the first limit", "met at"), _GROWTH),
        _DIVIDED,
        f"## {_SIZES_TITLE}",
        _SIZES,
        f"## {_ELSEWHERE}",
        table(("limit", "AWS's value", "what holds it"), _OTHERS),
    )
    return "\n\n".join((NOTICE, "# Limits", _INTRODUCTION, contents, *parts)) + "\n"


def _section(title: str, values: Iterable[object]) -> Iterator[str]:
    yield f"## {title}"
    yield table(
        ("limit", "AWS's value", "setting", "what counts", "what the generator does", "what to do when you get there"),
        (_row(each) for each in values if isinstance(each, Limit)),
    )


def _row(limit: Limit) -> tuple[str, ...]:
    return (
        limit.name,
        f"{limit.value:,} {limit.unit} ([source]({limit.source}))",
        code(f"limits.{limit.setting}") if limit.setting else "none",
        limit.measured,
        limit.answer,
        limit.remedy,
    )
