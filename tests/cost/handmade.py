"""Stacks of a few blocks, usage without doubt, and prices by their items, for bills that are worked out by hand."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ffp.cost import load_book
from ffp.stacks import SynthesisedBlock, SynthesisedStack
from settings import Range, UsageSettings

Blocks = Mapping[str, Mapping[str, Mapping[str, Any]]]
HOURS = 730
GB = 1024  # megabytes


def stack(resources: Blocks, name: str = "prod") -> SynthesisedStack:
    """A stack with these resources, by type and name."""
    blocks = (
        SynthesisedBlock(f"{type_}.{each}", "resource", type_, dict(attributes), {}, (1, 1))
        for type_, named in resources.items()
        for each, attributes in named.items()
    )
    return SynthesisedStack(name, Path("none"), tuple(blocks))


def usage(**figures: float) -> UsageSettings:
    """A profile in which low, expected and high are the same; what is not given is zero, but for the milliseconds."""
    ranges = {
        "users": 0,
        "requests_per_user": 0,
        "request_ms": 100,
        "delivered_gb_per_user": 0,
        "cache_miss_percent": 0,
        "stored_gb_per_user": 0,
        "uploaded_gb_per_user": 0,
        "log_kb_per_request": 0,
        "other_logs_gb": 0,
        "database_mb_per_user": 0,
        "database_growth_percent": 0,
        "database_ms_per_request": 0,
        "messages_per_user": 0,
        "mails_per_user": 0,
        "token_requests_per_machine": 0,
    }
    given = {**ranges, **figures}
    return UsageSettings(**{name: Range(value, value, value) for name, value in given.items()})  # type: ignore[arg-type]


def price(item: str, tier: int = 0) -> float:
    """The book's price of an item, in its first tier or another."""
    return float(load_book().prices[item].tiers[tier].price)


def free(item: str) -> float:
    """What the book says is free of an item each month."""
    allowance = load_book().prices[item].free
    assert allowance
    return float(allowance.quantity)


def is_near(amount: Decimal, by_hand: float) -> bool:
    """Whether a sum is one that was worked out by hand: to the ten-thousandth part, so that no line is lost in it."""
    return by_hand > 0 and abs(float(amount) / by_hand - 1) < 0.0001


def many(count: int, attributes: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {f"r{number}": attributes for number in range(count)}


ALARM = {"alarm_name": "a", "metric_name": "Errors", "namespace": "AWS/Lambda", "period": 300}
API: Blocks = {
    "aws_apigatewayv2_api": {"api": {"protocol_type": "HTTP"}},
    "aws_apigatewayv2_route": {
        "list": {
            "api_id": "${aws_apigatewayv2_api.api.id}",
            "target": "integrations/${aws_apigatewayv2_integration.f.id}",
        }
    },
    "aws_apigatewayv2_integration": {"f": {"integration_uri": "${aws_lambda_alias.f.invoke_arn}"}},
    "aws_lambda_alias": {"f": {"function_name": "${aws_lambda_function.f.function_name}"}},
}


def function(**attributes: Any) -> dict[str, Any]:
    return {"architectures": ["arm64"], "function_name": "f", "memory_size": 256, **attributes}


def database(**attributes: Any) -> dict[str, Any]:
    own = {
        "engine": "postgres",
        "instance_class": "db.t4g.micro",
        "allocated_storage": 20,
        "storage_type": "gp3",
        "multi_az": False,
        "manage_master_user_password": True,
        "backup_retention_period": 7,
    }
    return {**own, **attributes}
