"""Daily quotas: what a user writes is counted in the transaction that writes it, for the user and for the tenant."""

import json
import os

from ffp_lambda.database import Session
from ffp_lambda.errors import RefusalError
from ffp_lambda.tenant import Caller

_ALL_USERS = ""  # as whom the tenant itself is counted

# One statement, so that two at once cannot both take the rest: the second waits for the first one's row and reads it
# anew. A day never goes back: a transaction that began before midnight counts for the day after.
_TAKE = """
insert into daily_use as before (tenant_id, taken_by, quota, day, used)
select :tenant, :user, :quota, cast(now() at time zone 'utc' as date), cast(:amount as bigint)
where cast(:amount as bigint) <= cast(:limit as bigint)
on conflict (tenant_id, taken_by, quota) do update
set day = greatest(before.day, excluded.day),
    used = excluded.used + case when before.day >= excluded.day then before.used else 0 end
where excluded.used + case when before.day >= excluded.day then before.used else 0 end <= cast(:limit as bigint)
returning used
"""


def take(session: Session, quota: str, caller: Caller, amount: int = 1) -> None:
    """Takes `amount` from today's quota of the caller and of the tenant; RefusalError 429 where it is not there.

    To be called in the session that writes, and before it does: a refusal rolls the session back. However many call at
    once, no more is taken than QUOTA_<NAME> allows; its limits are the application's `Quota`, given by `TakeFromQuota`.
    A day lasts from midnight to midnight UTC. What is counted is the handler's choice: rows, or bytes. Use is kept in
    the table `daily_use` (tenant_id, taken_by, quota, day, used), which a migration of the application makes.
    """
    limits = json.loads(os.environ[f"QUOTA_{quota.upper().replace('-', '_')}"])
    # The user's first, always: two transactions that take in one order cannot wait for each other.
    for user, limit in ((caller.user_id, limits["per_user"]), (_ALL_USERS, limits["per_tenant"])):
        if not session.run(_TAKE, tenant=caller.tenant_id, user=user, quota=quota, amount=amount, limit=limit):
            what = quota.replace("-", " ")
            raise RefusalError(429, f"today's quota of {what} is used up; the next begins at 00:00 UTC")
