"""GET /api/notes: the caller's own notes, newest first."""

from datetime import UTC, datetime

from ffp_lambda.database import rows, tenant_session
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response


@endpoint("list-notes")
def handler(request: Request) -> Response:
    """Returns up to `limit` notes written earlier than `before` (ISO 8601 with its offset; now by default)."""
    limit = request.page_size()
    before = _moment(request.query("before"))
    with tenant_session(request.caller.tenant_id) as session:
        found = rows(
            session,
            'select note_id as "noteId", exercise_id as "exerciseId", body, created_at as "createdAt" from notes '
            "where user_id = :user and created_at < :before order by created_at desc limit :limit",
            user=request.caller.user_id,
            before=before,
            limit=limit,
        )
    return response(200, {"notes": found})


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise RefusalError(400, "before must be a time in ISO 8601 with its offset")
