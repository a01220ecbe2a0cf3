"""One route of an API: whom it lets in, how often, what then runs, and which requests it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ffp.review.facts.fact import ENDLESS

NOBODY_ASKED = "NONE"
_WORDS = {
    NOBODY_ASKED: "everybody",
    "JWT": "a token",
    "CUSTOM": "who a function lets in",
    "AWS_IAM": "a signature of AWS",
    "COGNITO_USER_POOLS": "a token",
}


@dataclass(frozen=True)
class Throttle:
    """What a stage lets through of one route. `is_own` tells a setting of the route from the stage's default."""

    rate: float = ENDLESS
    burst: float = ENDLESS
    metrics: bool = False
    is_own: bool = False

    @property
    def words(self) -> str:
        if self.rate == ENDLESS:
            return "none"
        return f"{self.rate:g} a second, {self.burst:g} at once"


@dataclass(frozen=True)
class Target:
    """What runs for a route. Each text is empty if it does not apply."""

    function: str = ""  # its address, or what else answers
    kind: str = ""
    credentials: str = ""
    payload: str = ""
    rest: str = ""  # what else decides what the backend receives, in one text
    address: str = ""


@dataclass(frozen=True)
class Route:
    """One route of one API. `kind` is the authorisation type as AWS writes it."""

    api: str
    key: str
    address: str
    kind: str = NOBODY_ASKED
    authoriser: str = ""  # its address, or the text that names it
    accepts: tuple[str, frozenset[str]] | None = None  # issuer and audience of the accepted tokens
    scopes: frozenset[str] = frozenset()
    needs_key: bool = False
    target: Target = Target()
    throttles: Mapping[str, Throttle] = field(default_factory=dict)  # by stage
    is_reachable: bool = True  # from the internet

    @property
    def is_public(self) -> bool:
        """Whether anybody on the internet can call it."""
        return self.kind == NOBODY_ASKED and not self.needs_key and self.is_reachable and not self.is_preflight

    @property
    def is_preflight(self) -> bool:
        """Whether it only tells browsers what other sites may do."""
        return self.key.startswith("OPTIONS ") and self.target.kind == "MOCK"

    @property
    def authorisation(self) -> str:
        """Whom it lets in, in words."""
        words = _WORDS.get(self.kind, self.kind)
        if self.scopes and self.kind in ("JWT", "COGNITO_USER_POOLS"):
            words += f" with {' or '.join(sorted(self.scopes))}"
        elif self.kind in ("JWT", "COGNITO_USER_POOLS"):
            words += ", whatever its scopes"
        return f"{words}, with an API key" if self.needs_key else words

    @property
    def throttle(self) -> str:
        """The throttles of its stages in words."""
        return ", ".join(dict.fromkeys(each.words for each in self.throttles.values())) or "none"


def fit(pattern: str, key: str) -> tuple[tuple[int, ...], int] | None:
    """How closely a route's key fits a request's, for comparison; None if it does not fit."""
    if pattern == key:
        return (9,), 2
    if pattern == "$default":
        return (), 0
    method, _, path = pattern.partition(" ")
    wanted, _, target = key.partition(" ")
    if method not in ("ANY", wanted) or not path or not target:
        return None
    steps, given = path.strip("/").split("/"), target.strip("/").split("/")
    score: list[int] = []
    for index, step in enumerate(steps):
        if step.endswith("+}"):
            return ((*score, 0), int(method == wanted)) if len(given) > index else None
        if index >= len(given):
            return None
        if step.startswith("{"):
            score.append(1)
        elif step == given[index]:
            score.append(2)
        else:
            return None
    return (tuple(score), int(method == wanted)) if len(steps) == len(given) else None
