"""A saved plan, as a review sees it: two sides with the plan's values, and what Terraform alone can tell."""

from ffp.review.plan.change import Change
from ffp.review.plan.saved import Plan

__all__ = ["Change", "Plan"]
