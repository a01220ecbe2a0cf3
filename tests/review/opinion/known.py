"""Where it is known that the review does not agree. It agrees everywhere at present."""

MISSED: frozenset[str] = frozenset()
FALSE_ALARMS: frozenset[str] = frozenset()
