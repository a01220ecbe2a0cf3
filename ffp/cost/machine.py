"""Bills, changes and capacities for machines: JSON with dollars as text, so that no reader rounds them."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ffp.cost.bill import Bill
from ffp.cost.capacity import Capacity
from ffp.cost.changes import Change
from ffp.cost.month import Spread

_PLACES = Decimal("0.000001")


def _text(amount: Decimal) -> str:
    return f"{amount.quantize(_PLACES):f}" if amount.is_finite() else "never"


def _spread(spread: Spread) -> dict[str, str]:
    return {"low": _text(spread.low), "expected": _text(spread.expected), "high": _text(spread.high)}


def of_bill(bill: Bill) -> dict[str, Any]:
    """A bill with its sums and one entry for each resource and item."""
    return {
        "currency": "USD",
        "before_vat": True,
        "dollars_a_pound": str(bill.book.dollars_a_pound),
        "total": _spread(bill.total),
        "fixed": _spread(bill.fixed),
        "without_free_allowances": _spread(bill.without_allowances),
        "without_london_source": _spread(bill.weak),
        "lines": [
            {
                "stack": line.stack,
                "address": line.address,
                "service": line.service,
                "item": line.price.item,
                "what": line.what,
                "by_use": line.by_use,
                "unit": line.price.unit,
                "quantity": _spread(line.quantity),
                "dollars": _spread(line.net),
                "without_free_allowances": _spread(line.gross),
                "confidence": line.price.confidence,
                "source": line.price.source,
                "date": line.price.date,
            }
            for line in bill.lines
        ],
    }


def of_changes(before: Bill, after: Bill, changes: Sequence[Change]) -> dict[str, Any]:
    """The difference of two bills, and each resource's part of it."""
    return {
        "currency": "USD",
        "before_vat": True,
        "before": _spread(before.total),
        "after": _spread(after.total),
        "change": _spread(after.total - before.total),
        "change_without_free_allowances": _spread(after.without_allowances - before.without_allowances),
        "resources": [
            {
                "stack": change.stack,
                "address": change.address,
                "what": list(change.what),
                "dollars": _spread(change.net),
                "without_free_allowances": _spread(change.gross),
                "without_london_source": change.is_weak,
            }
            for change in changes
        ],
    }


def of_capacity(capacity: Capacity, scale: Decimal) -> dict[str, Any]:
    """Every limit with its load at this scale, in the order in which they are met, and the number of cells."""
    return {
        "scale": f"{scale:f}",
        "cells": int(capacity.cells(scale)),
        "ends_at": _text(capacity.last.ends_at) if capacity.last else "never",
        "limits": [
            {
                "name": limit.name,
                "unit": limit.unit,
                "load": _text(limit.load * scale),
                "limit": _text(limit.limit),
                "met_at": _text(limit.met_at),
                "ends_at": _text(limit.ends_at),
                "arithmetic": limit.arithmetic,
                "setting": limit.setting,
                "source": limit.source,
                "steps": [
                    {"to": step.to, "limit": _text(step.limit), "dollars": _text(limit.price_of(step, scale))}
                    for step in limit.steps
                ],
            }
            for limit in capacity.limits
        ],
    }


def as_json(answer: object) -> str:
    return json.dumps(answer, indent=2, ensure_ascii=False)
