"""Two functions that tell whom they take their caller for: a machine, or a person."""

from ffp_lambda.http import MachineRequest, Request, Response, endpoint, machine_endpoint, response


@machine_endpoint("tell-machine")
def machine(request: MachineRequest) -> Response:
    """Answers with the machine's name and tenant."""
    return response(200, {"name": request.machine.name, "tenant": request.machine.tenant_id})


@endpoint("tell-person")
def person(request: Request) -> Response:
    """Answers with the person's role and tenant."""
    return response(200, {"role": request.caller.role, "tenant": request.caller.tenant_id})
