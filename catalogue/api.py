"""Resource types of the HTTP API (MAP-2)."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType
from catalogue.service import Area, Service

SERVICES = (Service("API Gateway", Area.ENTRY, ("aws_apigatewayv2",), "MAP-2"),)
TYPES: Mapping[str, ResourceType] = {
    "aws_apigatewayv2_api": ResourceType(
        holds=None, name="name", tagged=True, billed="by request", replaced=InUse("the distribution forwards to it")
    ),
    "aws_apigatewayv2_api_mapping": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=NotInUse("it is removed with its name, which has only one"),
    ),
    "aws_apigatewayv2_authorizer": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=InUse("routes refer to it; API Gateway refuses to delete one in use"),
    ),
    "aws_apigatewayv2_domain_name": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=InUse("the distribution calls the API through it")
    ),
    "aws_apigatewayv2_integration": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=InUse("routes refer to it; API Gateway refuses to delete one in use"),
    ),
    "aws_apigatewayv2_route": ResourceType(
        holds=None, name=None, tagged=False, billed=None, replaced=InUse("the stage's throttles name it")
    ),
    "aws_apigatewayv2_stage": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=NotInUse("it is removed only with its API")
    ),
}
