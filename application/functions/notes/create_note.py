"""POST /api/notes: writes a note of the caller, optionally about an exercise."""

from ffp_lambda.database import rows, tenant_session
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.quotas import take


@endpoint("create-note")
def handler(request: Request) -> Response:
    """Stores `body` (1 to 4,000 characters), responds 201; 404 for an unknown `exerciseId`, 429 for a used-up quota."""
    body = request.body()
    text = body.text("body", maximum=4000)
    exercise = body.uuid("exerciseId")
    with tenant_session(request.caller.tenant_id) as session:
        if exercise and not rows(session, "select 1 from exercises where exercise_id = :id", id=exercise):
            raise RefusalError(404, "there is no such exercise")
        take(session, "notes", request.caller)
        take(session, "note-bytes", request.caller, len(text.encode()))
        written = rows(
            session,
            "insert into notes (tenant_id, user_id, exercise_id, body) values (:tenant, :user, :exercise, :body) "
            'returning note_id as "noteId", exercise_id as "exerciseId", body, created_at as "createdAt"',
            tenant=request.caller.tenant_id,
            user=request.caller.user_id,
            exercise=exercise,
            body=text,
        )
    return response(201, written[0])
