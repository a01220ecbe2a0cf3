"""Bad input in what the settings accept of a review."""

from dataclasses import replace

from settings import Silence
from tests.settings.case import Case
from tests.settings.changed import PROD


def _silence(**changed: str) -> Silence:
    words = {
        "address": "aws_db_instance.database_instance",
        "because": "The owner accepts it for this one move",
        "until": "2027-01-31",
    }
    return Silence(**{**words, **changed})


CASES = {
    "a silence of no resource": Case(
        replace(PROD, silenced=(_silence(address="the database"),)),
        "silenced[0].address",
        "'the database'",
        "must be the address of a resource",
        "copy it from the review",
    ),
    "a silence without a reason": Case(
        replace(PROD, silenced=(_silence(because="wanted"),)),
        "silenced[0].because",
        "'wanted'",
        "must explain the decision in 20 characters or more",
        "say who decided",
    ),
    "a silence until no day": Case(
        replace(PROD, silenced=(_silence(until="next week"),)),
        "silenced[0].until",
        "'next week'",
        "must be a day",
        "write it like 2027-01-31",
    ),
}
