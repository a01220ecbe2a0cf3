"""Reads the routes that an API takes from an OpenAPI document."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.review.side import at

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"})


@dataclass(frozen=True)
class Operation:
    """One operation of a document, with the authorisation type as AWS writes it."""

    key: str
    kind: str
    authoriser: str
    scopes: frozenset[str]
    needs_key: bool
    uri: Any
    integration: str
    credentials: str


def operations(body: Any) -> list[Operation] | None:
    """The operations of a document; None if it cannot be read."""
    try:
        document = json.loads(body) if isinstance(body, str) else body
    except (ValueError, RecursionError):
        return None
    return list(_operations(document)) if isinstance(document, Mapping) else None


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    schemes = at(document, "components.securitySchemes") or document.get("securityDefinitions") or {}
    paths = document.get("paths")
    for path, methods in paths.items() if isinstance(paths, Mapping) else ():
        for method, given in methods.items() if isinstance(methods, Mapping) else ():
            if method.lower() in _METHODS and isinstance(given, Mapping):
                name = "ANY" if method.startswith("x-") else method.upper()
                yield _operation(f"{name} {path}", given, document, schemes)


def _operation(key: str, given: Mapping[str, Any], document: Mapping[str, Any], schemes: Any) -> Operation:
    demanded = given.get("security", document.get("security")) or []
    required = {name: scopes for each in demanded if isinstance(each, Mapping) for name, scopes in each.items()}
    kinds = {name: _kind(at(schemes, name)) for name in required}
    kind = next((each for each in kinds.values() if each != "API_KEY"), "NONE")
    if any(each == {} for each in demanded):  # an empty alternative admits everybody
        kind = "NONE"
    integration = given.get("x-amazon-apigateway-integration")
    return Operation(
        key=key,
        kind=kind,
        authoriser=json.dumps([at(schemes, name) for name in sorted(required)], sort_keys=True, default=str),
        scopes=frozenset(str(each) for scopes in required.values() for each in scopes or ()),
        needs_key="API_KEY" in kinds.values(),
        uri=at(integration, "uri"),
        integration=str(at(integration, "type") or "").upper(),
        credentials=str(at(integration, "credentials") or ""),
    )


def _kind(scheme: Any) -> str:
    if not isinstance(scheme, Mapping):
        return "CUSTOM"
    declared = str(scheme.get("x-amazon-apigateway-authtype", "")).lower()
    if "sigv4" in declared:
        return "AWS_IAM"
    authorizer = scheme.get("x-amazon-apigateway-authorizer")
    if isinstance(authorizer, Mapping):
        kind = str(authorizer.get("type", "")).lower()
        return "JWT" if kind == "jwt" else "COGNITO_USER_POOLS" if "cognito" in kind else "CUSTOM"
    return "API_KEY" if scheme.get("type") == "apiKey" else "CUSTOM"
