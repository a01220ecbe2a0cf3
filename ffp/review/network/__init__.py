"""The reach of a network: who can open a connection to whom, what reaches the internet, what is reached from it."""

from ffp.review.network.judge import concerns as concerns
from ffp.review.network.tables import section as section
