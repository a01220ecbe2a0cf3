"""One month of use: a usage profile as plain numbers, once for each of low, expected and high."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from ffp.cost import assumptions as assumed
from settings import Range, UsageSettings

Case = Literal["low", "expected", "high"]
CASES: tuple[Case, ...] = get_args(Case)
SECONDS = Decimal(730 * 3600)  # in AWS's month
DAYS = Decimal(730) / 24
DAYS_OF_ENDLESS_LOGS = 365  # what is never deleted grows for ever: its first year
_KB_A_GB = Decimal(1024 * 1024)
MB_A_GB = Decimal(1024)


def number(value: object) -> Decimal:
    """The number as it is written, so that 0.1 is a tenth."""
    return Decimal(str(value))


@dataclass(frozen=True)
class Spread:
    """One figure in each of the three cases."""

    low: Decimal
    expected: Decimal
    high: Decimal

    @classmethod
    def of(cls, figure: Callable[[Case], Decimal]) -> "Spread":
        return cls(*(figure(case) for case in CASES))

    def __iter__(self) -> Iterator[Decimal]:
        return iter((self.low, self.expected, self.high))

    def __add__(self, other: "Spread") -> "Spread":
        return Spread(*(a + b for a, b in zip(self, other, strict=True)))

    def __sub__(self, other: "Spread") -> "Spread":
        return Spread(*(a - b for a, b in zip(self, other, strict=True)))

    def __bool__(self) -> bool:
        return any(self)


NOTHING = Spread(Decimal(0), Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Month:
    """What is used in a month, in one case, with the users multiplied by `scale`."""

    usage: UsageSettings
    case: Case = "expected"
    scale: Decimal = Decimal(1)

    def _of(self, figure: Range) -> Decimal:
        return number(getattr(figure, self.case))

    @property
    def tenants(self) -> Decimal:
        return self.usage.tenants * self.scale

    @property
    def users(self) -> Decimal:
        return self._of(self.usage.users) * self.scale

    @property
    def requests(self) -> Decimal:
        """Requests to the API."""
        return self.users * self._of(self.usage.requests_per_user)

    @property
    def peak_requests_per_second(self) -> Decimal:
        return self.requests / SECONDS * number(self.usage.peak_factor)

    @property
    def request_seconds(self) -> Decimal:
        """Seconds for which a function works on a request."""
        return self._of(self.usage.request_ms) / 1000

    @property
    def delivered_gb(self) -> Decimal:
        """Media that viewers receive."""
        return self.users * self._of(self.usage.delivered_gb_per_user)

    @property
    def deliveries(self) -> Decimal:
        """Requests for media."""
        return self.delivered_gb * MB_A_GB / assumed.DELIVERY_MB.value

    @property
    def miss(self) -> Decimal:
        """Share of deliveries that come from the bucket."""
        return self._of(self.usage.cache_miss_percent) / 100

    @property
    def stored_gb(self) -> Decimal:
        return self.users * self._of(self.usage.stored_gb_per_user)

    @property
    def uploaded_gb(self) -> Decimal:
        return self.users * self._of(self.usage.uploaded_gb_per_user)

    @property
    def uploads(self) -> Decimal:
        return self.uploaded_gb * MB_A_GB / assumed.OBJECT_MB.value

    @property
    def log_gb_per_request(self) -> Decimal:
        """What a function logs for a request."""
        return self._of(self.usage.log_kb_per_request) / _KB_A_GB

    @property
    def other_logs_gb(self) -> Decimal:
        return self._of(self.usage.other_logs_gb)

    @property
    def database_gb(self) -> Decimal:
        return self.users * self._of(self.usage.database_mb_per_user) / MB_A_GB

    @property
    def database_growth(self) -> Decimal:
        """The share by which the database grows in a month."""
        return self._of(self.usage.database_growth_percent) / 100

    @property
    def database_seconds_per_request(self) -> Decimal:
        """Seconds for which a request occupies a processor of the database."""
        return self._of(self.usage.database_ms_per_request) / 1000

    @property
    def messages(self) -> Decimal:
        return self.users * self._of(self.usage.messages_per_user)

    @property
    def mails(self) -> Decimal:
        """Mails of the user pool."""
        return self.users * self._of(self.usage.mails_per_user)

    @property
    def token_requests_per_machine(self) -> Decimal:
        """Tokens that an app client of a machine asks for. Machines do not grow with the users."""
        return self._of(self.usage.token_requests_per_machine)

    @property
    def sign_ins(self) -> Decimal:
        """Tokens that the user pool issues."""
        return self.users * assumed.SIGN_INS.value

    @property
    def traced(self) -> Decimal:
        """The share of requests that X-Ray's default sampling rule traces."""
        if not self.requests:
            return Decimal(0)
        first = min(self.requests, SECONDS)
        others = (self.requests - first) * assumed.TRACE_PERCENT.value / 100
        return (first + others) / self.requests

    @property
    def key_rotations(self) -> Decimal:
        return {
            "low": assumed.KEY_ROTATIONS_LOW,
            "expected": assumed.KEY_ROTATIONS_EXPECTED,
            "high": assumed.KEY_ROTATIONS_HIGH,
        }[self.case].value


def gb(kilobytes: Decimal) -> Decimal:
    """Gigabytes from kilobytes."""
    return kilobytes / _KB_A_GB
