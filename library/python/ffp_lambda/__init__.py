"""What handlers of any application are written with. A handler of a route is a function of a `Request`:

    from ffp_lambda.database import rows, tenant_session
    from ffp_lambda.http import Request, Response, endpoint, response
    from ffp_lambda.quotas import take

    @endpoint("write-goal")
    def handler(request: Request) -> Response:
        title = request.body().text("title", maximum=100)
        with tenant_session(request.caller.tenant_id) as session:
            take(session, "goals", request.caller)
            sql = "insert into goals (user_id, title) values (:user, :title) returning goal_id"
            made = rows(session, sql, user=request.caller.user_id, title=title)
        return response(201, made[0])

| import | what it guarantees |
| --- | --- |
| `http.endpoint` | runs only for a caller whose token names a tenant and one of `roles`; logs one line a call |
| `http.Request`, `http.Body` | each reader gives a value of its type and size, or raises `RefusalError(400, …)` |
| `http.response` | an answer in JSON that no cache keeps |
| `tenant.Caller` | who calls, and for which tenant: from the verified token, never from the request |
| `database.tenant_session` | one transaction that sees and writes one tenant's rows only; an error rolls it back |
| `database.rows` | one statement with parameters; each row as a mapping |
| `database.tenants` | the ids of all tenants, for jobs |
| `quotas.take` | counts what is written, for the user and the tenant, in UTC days; 429 beyond the limit |
| `errors.RefusalError` | the caller's fault: its status and message are the answer |
| `errors.FailedCallError` | our fault: its message may be logged, and the caller gets a 500 |
| `job.job` | a handler of an event or a schedule: an error is logged by its kind, and Lambda tries again |
| `log.write` | one JSON line of declared fields; whatever looks like personal data or a secret is withheld |
| `media.KINDS`, `media.asset_prefix` | the declared kinds of media, and the folder of one asset of one tenant |
| `signing.signing_key` | the key that signs playback addresses; CloudFront trusts it |
| `users.page`, `users.create`, `users.delete` | the tenant's users in Cognito: list, invite, withdraw |

Values come from environment variables that the group's bindings give, such as `QUOTA_GOALS` by
`TakeFromQuota("goals")`; each function names its own. `TENANCY`, which every function has, and `MEDIA_KINDS` are read
when their module is imported. An application's migrations make two tables for the library: `tenants`, and `daily_use`
where quotas are taken.
"""
