"""Secrets in a change: found, named as concerns, and hidden wherever a review would show one."""

from ffp.review.secrets.judge import concerns as concerns
from ffp.review.secrets.veil import HIDDEN as HIDDEN
from ffp.review.secrets.veil import Veil as Veil
from ffp.review.secrets.veil import without_secrets as without_secrets
