"""One of AWS's limits."""

from dataclasses import dataclass

READ = "November 2026"  # when the sources were read
DOCS = "https://docs.aws.amazon.com/"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One limit, and what to do when an application meets it.

    `setting` is the field of `AccountLimits` with the account's own value, where AWS raises the limit on request.
    """

    name: str
    value: int
    unit: str
    source: str
    measured: str  # what is counted, and how a size is estimated
    remedy: str
    setting: str | None = None
    answer: str = "refuses more"  # what the generator does before the limit is met

    @property
    def with_request(self) -> str:
        """The remedy, which for some limits includes a request to AWS."""
        return (
            f"{self.remedy}, or have AWS raise the quota and set limits.{self.setting}" if self.setting else self.remedy
        )
