"""Every meaning of an attribute: a resource of any service that says the worse is a concern, the better one is none."""

from typing import Any

import pytest

from ffp.review.concern import Grade
from ffp.review.facts import lost
from ffp.review.facts.attributes import DEFAULTS, DEFAULTS_INSIDE, MEANINGS, Meaning
from ffp.review.facts.fact import Amount, Truth
from ffp.review.facts.orders import Refused
from ffp.review.front_door.public import public
from ffp.review.side import Side
from tests.review.corpus.edit import stack_of

_NAMES = [(name, meaning) for meaning in MEANINGS for name in meaning.names.split()]
_DEFAULTS = [(type_, path) for each in (DEFAULTS, DEFAULTS_INSIDE) for type_, paths in each.items() for path in paths]


def _values(meaning: Meaning) -> tuple[Any, Any]:
    """A better and a worse value."""
    order = meaning.order
    if isinstance(order, Truth):
        some: tuple[Any, Any] = (["a"], []) if meaning.read is bool else ("ENABLED", "Disabled")
        return some if order.wanted else (some[1], some[0])
    if isinstance(order, Refused):
        worse = sorted(order.values, key=str)[-1]
        return "something", str(worse).upper() if isinstance(worse, str) else worse
    return (30, 1) if isinstance(order, Amount) else ("required", "preferred")


def _side(type_: str, path: str, value: Any) -> Side:
    *way, last = path.split(".")
    block: dict[str, Any] = {}
    place = block
    for step in way:
        place[step] = {}
        place = place[step]
    if way and way[-1] in ("parameter", "setting"):
        place.update(name=last, value=value)
    elif value is not None:
        place[last] = value
    resources: dict[str, Any] = {"aws_vpc": {"a": {}}, **({type_: {"a": block}} if type_ else {})}
    return Side(stack_of({"resource": resources}))


def _meaning(type_: str, path: str) -> Meaning:
    fitting = [
        (len(name), meaning)
        for name, meaning in _NAMES
        if f".{path}".endswith(f".{name}") and (not meaning.only or type_ in meaning.only)
    ]
    return max(fitting, key=lambda each: each[0])[1]


@pytest.mark.parametrize(("name", "meaning"), _NAMES, ids=[name for name, _ in _NAMES])
def test_a_worse_value_is_a_concern_wherever_it_stands(name: str, meaning: Meaning) -> None:
    type_, path = (meaning.only[0], name) if meaning.only else ("aws_some_service", f"outer.{name}")
    better, worse = _values(meaning)
    good, bad = (_side(type_, path, value) for value in (better, worse))
    assert [each.title for each in lost(good, bad)] == [f"{meaning.says} of {type_}.a"]
    assert list(lost(bad, good)) == []
    assert list(lost(good, good)) == []


@pytest.mark.parametrize(("name", "meaning"), _NAMES, ids=[name for name, _ in _NAMES])
def test_a_new_resource_needs_what_the_meaning_demands(name: str, meaning: Meaning) -> None:
    type_, path = (meaning.only[0], name) if meaning.only else ("aws_some_service", f"outer.{name}")
    better, worse = _values(meaning)
    nothing, good, bad = (
        _side("", "", None),
        _side(type_, path, better),
        _side(type_, path, worse),
    )
    is_demanded = getattr(meaning.order, "demanded", False)
    found = [each.title for each in lost(nothing, bad) if each.grade == Grade.RED]
    assert found == ([f"{meaning.says} of the new {type_}.a"] if is_demanded else [])
    assert [each for each in lost(nothing, good) if each.title.startswith(meaning.says)] == []


@pytest.mark.parametrize(("type_", "path"), _DEFAULTS)
def test_a_new_resource_is_judged_by_what_counts_where_it_says_nothing(type_: str, path: str) -> None:
    meaning = _meaning(type_, path)
    nothing, unsaid = _side("", "", None), _side(type_, path if type_ in DEFAULTS_INSIDE else "other", None)
    better = _side(type_, path, _values(meaning)[0])
    judged = [each.title for each in lost(nothing, unsaid)]
    is_demanded = getattr(meaning.order, "demanded", False)
    assert (f"{meaning.says} of the new {type_}.a" in judged) is is_demanded
    assert f"{meaning.says} of the new {type_}.a" not in [each.title for each in lost(nothing, better)] or (
        sum(_meaning(type_, each) is meaning for each in DEFAULTS.get(type_, {})) > 1
    )


def test_what_only_aws_knows_is_not_judged() -> None:
    unknown = _side("aws_lb", "internal", "${var.is_internal}")
    assert list(lost(_side("", "", None), unknown)) == []


def test_what_has_an_address_on_the_internet_is_in_the_list_of_what_is_public() -> None:
    found = public(_side("aws_mq_broker", "publicly_accessible", True))
    assert [(each.what, each.address) for each in found] == [("aws_mq_broker.a", "aws_mq_broker.a")]
    assert public(_side("aws_mq_broker", "publicly_accessible", False)) == []


def test_words_of_others_mean_nothing() -> None:
    nothing = _side("", "", None)
    for path in ("tags.internal", "tags.encrypted", "environment.variables.encrypted", "labels.publicly_accessible"):
        assert list(lost(nothing, _side("aws_some_service", path, "false" if "public" not in path else "true"))) == []


def test_the_worst_of_several_values_counts_in_whatever_order() -> None:
    volumes = [{"efs_volume_configuration": {"transit_encryption": each}} for each in ("ENABLED", "DISABLED")]
    good, bad, other_way = (
        Side(stack_of({"resource": {"aws_some_service": {"a": {"volume": each}}}}))
        for each in (volumes[:1], volumes, volumes[::-1])
    )
    assert [each.title for each in lost(good, bad)] == ["Encryption in transit of aws_some_service.a"]
    assert list(lost(bad, other_way)) == []
