"""Writes an entry, to a list or to none."""

from ffp_lambda.database import rows, tenant_session
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.quotas import take


@endpoint("write-entry")
def handler(request: Request) -> Response:
    """Answers 201 with the entry; an unknown `listId` is 404, a used-up quota 429."""
    body = request.body()
    text, list_id = body.text("body", maximum=4000), body.uuid("listId")
    with tenant_session(request.caller.tenant_id) as session:
        if list_id and not rows(session, "select 1 from lists where list_id = :list", list=list_id):
            raise RefusalError(404, "there is no such list")
        take(session, "entries", request.caller)
        take(session, "entry-bytes", request.caller, len(text.encode()))
        written = rows(
            session,
            'insert into entries (user_id, list_id, body) values (:user, :list, :body) returning entry_id as "entryId"',
            user=request.caller.user_id,
            list=list_id,
            body=text,
        )
    return response(201, written[0])
