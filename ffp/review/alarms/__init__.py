"""Alarms by what they watch: which are removed, muted, or made to fire later."""

from ffp.review.alarms.alarm import Alarm, duration
from ffp.review.alarms.judge import by_key, concerns, counterpart, readers
from ffp.review.alarms.reading import alarms

__all__ = ["Alarm", "alarms", "by_key", "concerns", "counterpart", "duration", "readers"]
