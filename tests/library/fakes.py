"""Callers, events and a database connection for the functions' tests."""

import json
from types import SimpleNamespace
from typing import Any

TENANT = "5f0c3f0e-6a8e-4c3e-9a42-0d4a7a1d2b11"
OTHER_TENANT = "9b1d6c7a-2f4e-4b6c-8d3a-7e5f4c3b2a10"
USER = "1d9e8a52-7b1c-4f4f-a1de-2f5b8c6d7e90"
CONTEXT: Any = SimpleNamespace(aws_request_id="request-1")


class FakeConnection:
    """Records statements, and answers one with the first of `answers` whose key is part of it."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, dict[str, Any]]] = []
        # Quotas have room, unless a test says otherwise.
        self.answers: dict[str, list[dict[str, Any]] | Exception] = {"insert into daily_use": [{"used": 1}]}
        self.columns: list[dict[str, Any]] | None = None
        self.closed = False

    def run(self, sql: str, **parameters: object) -> list[list[Any]] | None:
        self.statements.append((sql, parameters))
        answer = next((answer for part, answer in self.answers.items() if part in sql), [])
        if isinstance(answer, Exception):
            raise answer
        self.columns = [{"name": name} for name in (answer[0] if answer else {})]
        return [list(row.values()) for row in answer]

    def close(self) -> None:
        self.closed = True

    @property
    def sql(self) -> list[str]:
        """The statements' texts in order."""
        return [sql for sql, _ in self.statements]

    def parameters_of(self, part: str) -> dict[str, Any]:
        """The parameters of the one statement that holds `part`."""
        [parameters] = [parameters for sql, parameters in self.statements if part in sql]
        return parameters


def request_event(
    body: object = None,
    path: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    **claims: Any,
) -> dict[str, Any]:
    """An event of the HTTP API by an organiser; a claim given as None is missing from the token."""
    token = {"token_use": "access", "sub": USER, "tenantId": TENANT, "role": "organiser"} | claims
    return {
        "version": "2.0",
        "requestContext": {"authorizer": {"jwt": {"claims": {k: v for k, v in token.items() if v is not None}}}},
        "body": body if isinstance(body, str | None) else json.dumps(body),
        "pathParameters": path,
        "queryStringParameters": query,
    }


def trigger_event(*scopes: str, **attributes: str) -> dict[str, Any]:
    """Cognito's event before it makes tokens, for a user with these attributes who asks for these scopes."""
    return {
        "version": "2",
        "triggerSource": "TokenGeneration_Authentication",
        "request": {"userAttributes": {"sub": USER, **attributes}, "scopes": list(scopes)},
        "response": {"claimsAndScopeOverrideDetails": None},
    }


def body_of(answer: dict[str, Any]) -> Any:
    """The answer's JSON."""
    return json.loads(answer["body"])
