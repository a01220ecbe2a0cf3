"""What the mail of an alarm says: what the alarm means, and where to read what to do about it."""

from modules.common.context import Context

DOCUMENT = "docs/monitoring.md"


def with_runbook(context: Context, purpose: str, kind: str) -> str:
    """The description of an alarm of this kind: its purpose, and the address of the kind's section in DOCUMENT.

    `kind` is the anchor of that section. A test fails for a kind that has none.
    """
    return f"{purpose}. What to do: https://github.com/{context.repository}/blob/main/{DOCUMENT}#{kind}"
