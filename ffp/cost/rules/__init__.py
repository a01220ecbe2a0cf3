"""The price rules: for each billed resource type of the catalogue, a function that says what a resource uses.

There is a file for each of the catalogue's. A rule takes one block, a view of its stack and a month, and yields what it
uses. It reads the JSON for everything that the JSON knows, and the month for what only usage decides.
"""

from collections.abc import Mapping

from ffp.cost.rules import (
    api,
    cdn,
    database,
    encryption,
    functions,
    identity,
    messaging,
    monitoring,
    network,
    recovery,
    secrets,
    storage,
)
from ffp.cost.use import Rule

_ROOMS = (
    *(api, cdn, database, encryption, functions, identity, messaging, monitoring, network, recovery, secrets),
    storage,
)
RULES: Mapping[str, Rule] = {type_: rule for room in _ROOMS for type_, rule in room.RULES.items()}
