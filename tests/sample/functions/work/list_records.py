"""GET /api/records: what a machine of a tenant reads."""

from ffp_lambda.database import rows, tenant_session
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import MachineRequest, Response, machine_endpoint, response


@machine_endpoint("list-records")
def handler(request: MachineRequest) -> Response:
    """Answers with the number of the tenant's notes; a machine without a tenant is refused."""
    if request.machine.tenant_id is None:
        raise RefusalError(403, "this needs a tenant")
    with tenant_session(request.machine.tenant_id) as session:
        return response(200, rows(session, "select count(*) as notes from notes")[0])
