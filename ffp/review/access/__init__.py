"""Who may do what: effective access as a model of each side, and as a difference of wider and narrower permissions."""

from ffp.review.access.judge import concerns as concerns
from ffp.review.access.judge import section as section
