"""The front door: who can call which route, what is public, and what a change opens."""

from ffp.review.front_door.judge import concerns as concerns
from ffp.review.front_door.public import Public as Public
from ffp.review.front_door.public import public as public
from ffp.review.front_door.route import Route as Route
from ffp.review.front_door.tables import section as section
