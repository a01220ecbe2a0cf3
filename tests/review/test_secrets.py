"""Secrets in a change are found, and none is ever shown: whatever its form, its place and its notation."""

import base64
import html
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from ffp.model.references import walk
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.report import Mark, Picture, Review, Row, Section, Silenced, Table
from ffp.review.reviewing import Compared
from ffp.review.secrets import HIDDEN, Veil, concerns, without_secrets
from ffp.review.side import Side
from ffp.stacks import SynthesisedStack, read
from tests.review.corpus.edit import Document, stack_of
from tests.secrecy.made_secrets import Secret, secrets

_MADE = [*secrets(21), *secrets(22)]
_NOTHING = Side(stack_of({}))


def _side(type_: str, **attributes: Any) -> Side:
    return Side(stack_of({"resource": {type_: {"planted": attributes}}}))


def _with_variable(secret: Secret) -> Side:
    return _side("aws_lambda_function", environment={"variables": {secret.name: secret.value}})


_PLACES: dict[str, Callable[[Secret], Side]] = {
    "variable": _with_variable,
    "list of blocks": lambda each: _side("aws_lambda_function", environment=[{"variables": {each.name: each.value}}]),
    "user data": lambda each: _side("aws_instance", user_data=f"#!/bin/sh\nexport {each.name}='{each.value}'\n"),
    "encoded user data": lambda each: _side(
        "aws_instance",
        user_data_base64=base64.b64encode(f"#!/bin/sh\nexport {each.name}='{each.value}'\n".encode()).decode(),
    ),
    "input": lambda each: _side("aws_lambda_invocation", input=json.dumps({each.name.lower(): each.value})),
    "secret's value": lambda each: _side("aws_secretsmanager_secret_version", secret_string=each.value),
    "container": lambda each: _side(
        "aws_ecs_task_definition",
        container_definitions=json.dumps([{"environment": [{"name": each.name, "value": each.value}]}]),
    ),
    "local value": lambda each: Side(stack_of({"locals": {each.name.lower(): each.value}})),
    "output": lambda each: Side(stack_of({"output": {each.name.lower(): {"value": each.value}}})),
}


@pytest.mark.parametrize("place", _PLACES)
def test_nearly_every_secret_is_a_concern_which_does_not_contain_it(place: str) -> None:
    found = {each: list(concerns(_NOTHING, _PLACES[place](each))) for each in _MADE}
    missed = [each.form for each, some in found.items() if not some]
    assert len(missed) <= 0.03 * len(_MADE), missed
    for secret, some in found.items():
        for concern in some:
            assert (concern.grade, concern.topic) == (Grade.RED, Topic.SECRET)
            assert secret.value not in repr(concern)


@pytest.mark.parametrize("place", _PLACES)
def test_a_secret_that_was_there_before_is_no_change(place: str) -> None:
    for each in _MADE:
        assert list(concerns(_PLACES[place](each), _PLACES[place](each))) == []


def test_another_value_in_the_same_place_is_a_change() -> None:
    first, second = (Secret("password", "DB_PASSWORD", each) for each in ("letmein", "swordfish"))
    assert list(concerns(_with_variable(first), _with_variable(second)))


def test_a_block_with_another_name_is_no_change() -> None:
    one = {"environment": {"variables": {"DB_PASSWORD": "letmein"}}}
    before, after = ({"resource": {"aws_lambda_function": {name: one}}} for name in "ab")
    assert list(concerns(Side(stack_of(before)), Side(stack_of(after)))) == []


def test_an_output_that_is_no_longer_sensitive_is_a_concern() -> None:
    def side(**more: Any) -> Side:
        return Side(stack_of({"output": {"login": {"value": "${aws_x.y.z}", **more}}}))

    assert [each.address for each in concerns(side(sensitive=True), side())] == ["output.login"]
    assert list(concerns(side(), side(sensitive=True))) == []


def test_a_secret_that_is_kept_where_secrets_belong_is_no_concern() -> None:
    secret = "${random_password.x.result}"
    for kept in (
        _side("aws_secretsmanager_secret_version", secret_string=secret),
        _side("aws_secretsmanager_secret_version", secret_string_wo=secret),
        _side("aws_ssm_parameter", type="SecureString", value=secret),
        _side("aws_rds_cluster", master_password=secret),  # in the state only, as most databases are made
    ):
        assert list(concerns(_NOTHING, kept)) == []
    assert list(concerns(_NOTHING, _side("aws_ssm_parameter", type="String", value=secret)))


def test_a_variable_that_is_marked_sensitive_is_a_secret() -> None:
    document: Document = {
        "variable": {"login": {"sensitive": True}, "size": {}},
        "resource": {"aws_x": {"y": {"description": "${var.login} ${var.size}"}}},
    }
    (found,) = concerns(_NOTHING, Side(stack_of(document)))
    assert "var.login" in found.title


def test_a_random_text_is_a_secret_where_the_name_says_so() -> None:
    for name, number in (("DB_PASSWORD", 1), ("SUFFIX", 0)):
        side = _side("aws_lambda_function", environment={"variables": {name: "${random_string.x.result}"}})
        assert len(list(concerns(_NOTHING, side))) == number


def test_our_own_stacks_hold_no_secret(any_stack: SynthesisedStack) -> None:
    assert list(concerns(_NOTHING, Side(any_stack))) == []


def _review(text: str) -> Review:
    """A review that says a text in every place there is."""
    concern = Concern(Grade.RED, Topic.SECRET, text, text, text, text, text)
    row = Row((text, "x"), Mark.ADDED, Grade.RED, text, text)
    table = Table(text, (text,), (row,), (text,), text, text)
    section = Section(
        text, text, text, (table,), (Picture(text, f"<svg><text>{html.escape(text)}</text></svg>", text),)
    )
    return Review(text, text, text, (concern,), (Silenced(concern, text, text),), (text,), (section,), {text: text})


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        yield from (text for field in fields(value) for text in _strings(getattr(value, field.name)))
    elif isinstance(value, dict):
        yield from (text for each in (*value, *value.values()) for text in _strings(each))
    elif isinstance(value, tuple):
        yield from (text for each in value for text in _strings(each))


def _telling(secret: str) -> list[str]:
    """The parts of a secret that nobody may see: all of it, or what is secret in an address or a command."""
    parts = [each for each in secret.replace("=", " ").replace(":", " ").replace("@", " ").split() if len(each) > 5]
    return [secret, *(each for each in parts if any(map(str.isdigit, each)) and "." not in each and "/" not in each)]


_NOTATIONS: dict[str, Callable[[str], str]] = {
    "as it is": lambda each: each,
    "in a sentence": lambda each: f"set to {each}, then used",
    "in JSON": lambda each: json.dumps({"a": each}),
    "in JSON in JSON": lambda each: json.dumps(json.dumps({"a": each})),
    "in an address": lambda each: f"https://x.example/?q={quote(each, safe='')}&b=1",
    "in a form": lambda each: f"q={quote_plus(each)}",
    "in HTML": lambda each: f"<b>{html.escape(each)}</b>",
    "in base64": lambda each: base64.b64encode(each.encode()).decode(),
    "within base64": lambda each: base64.b64encode(f"abcd {each} efgh".encode()).decode(),
    "within base64 of addresses": lambda each: base64.urlsafe_b64encode(f"abc {each} efgh".encode()).decode(),
    "in Python": lambda each: repr([each]),
}


@pytest.mark.parametrize("secret", [*secrets(23)], ids=lambda each: each.form)
def test_no_place_of_a_review_shows_a_secret_of_either_side(secret: Secret) -> None:
    for sides in ((_with_variable(secret), _NOTHING), (_NOTHING, _with_variable(secret))):
        for notation, written in _NOTATIONS.items():
            shown = "\n".join(_strings(without_secrets(_review(written(secret.value)), sides)))
            for part in _telling(secret.value):
                assert _NOTATIONS[notation](part) not in shown, notation
                assert part not in shown, notation
            assert HIDDEN in shown


@pytest.mark.parametrize("secret", [*secrets(24)], ids=lambda each: each.form)
def test_a_value_that_a_plan_marks_sensitive_is_not_shown(secret: Secret) -> None:
    review = without_secrets(_review(f"from {secret.value} to"), [], [{"a": [secret.value, True, None, 3]}])
    assert secret.value not in "\n".join(_strings(review))
    assert Mark.ADDED in [row.mark for row in review.rows()]


def test_a_well_known_form_is_hidden_though_no_side_has_it() -> None:
    veil = Veil([])
    made = {each.form: each.value for each in secrets(25)}
    for form in ("GitHub personal token", "AWS access key", "RSA key", "JWT", "Slack webhook", "Stripe key"):
        assert made[form] not in veil.over(f"a {made[form]} b")
    hidden = veil.over(f"see {made['PostgreSQL address']} and password={made['password under its name']}")
    assert hidden == f"see postgresql://master:{HIDDEN}@db.internal:5432/ffp and password={HIDDEN}"


@pytest.mark.parametrize("end", ["…", "… (99 characters)", "...", ""])
def test_the_beginning_of_a_secret_is_hidden_where_an_output_cut_it(end: str) -> None:
    value = random.Random(3).randbytes(30).hex()
    assert value[:14] not in Veil([value]).over(f"was {value[:20]}{end}")


def test_the_name_of_something_with_the_same_beginning_is_shown() -> None:
    assert Veil(["prod-ffp-database-hunter2"]).over("prod-ffp-database is up") == "prod-ffp-database is up"


@pytest.mark.parametrize(
    ("value", "text", "shown"),
    [
        ("abcdef", "abcdefgh and abcdef", f"abcdefgh and {HIDDEN}"),
        ("ab", "ab and abc", "ab and abc"),
        ("ab", "ab", HIDDEN),
        ("true", "true", "true"),
        ("5432", "port 5432", "port 5432"),
    ],
)
def test_a_short_value_is_hidden_as_a_word_only(value: str, text: str, shown: str) -> None:
    assert Veil([value]).over(text) == shown


def _texts(stack: SynthesisedStack) -> list[str]:
    blocks = [(block.address, dict(block.attributes)) for block in stack.blocks]
    values = [str(value) for _, attributes in blocks for _, value in walk(attributes) if not isinstance(value, dict)]
    return [*values, *(address for address, _ in blocks), *(path for _, each in blocks for path, _ in walk(each))]


def test_ordinary_texts_are_shown_as_they_are(any_stack: SynthesisedStack) -> None:
    rows = tuple(Row((text, text)) for text in _texts(any_stack))
    section = Section("x", "X", "x", (Table("x", ("a", "b"), rows),))
    review = Review("prod", "a", "b", (), (), (), (section,), {})
    assert without_secrets(review, [Side(any_stack), Side(any_stack)]) is review


def test_a_megabyte_is_searched_in_well_under_a_fifth_of_a_second(sample_stacks: dict[str, SynthesisedStack]) -> None:
    some = _texts(sample_stacks["prod"])
    texts: list[str] = []
    while sum(map(len, texts)) < 1_000_000:
        texts += [f"{text} {len(texts)}" for text in some]
    veil = Veil([each.value for each in secrets(26)][:20])
    taken = []
    for _ in range(3):
        started = time.process_time()
        veil.over_all(texts)
        taken.append(time.process_time() - started)
    assert min(taken) < 0.2 * sum(map(len, texts)) / 1_000_000


@pytest.mark.parametrize("odd", [None, 7, [], {}, [None], [[["x"]]], {"a": [1]}, True, "${", "${}", "\x00", "é" * 40])
def test_odd_values_do_not_stop_the_search(odd: Any) -> None:
    document: Document = {
        "resource": {"aws_x": {"y": {"environment": odd, "secret_string": odd, "user_data": odd, "value": odd}}},
        "locals": odd,
        "output": {"a": odd, "b": {"value": odd, "sensitive": odd}},
        "variable": odd,
    }
    list(concerns(_NOTHING, Side(stack_of(document))))
    list(concerns(Side(stack_of(document)), _NOTHING))
    without_secrets(_review("x"), [Side(stack_of(document))], [odd])


def test_a_secret_in_a_comment_is_found_although_terraform_sees_no_change(tmp_path: Path) -> None:
    made = next(each for each in secrets(11) if each.form == "GitHub personal token")
    stacks: list[SynthesisedStack] = []
    for comment in ({"metadata": {"path": "x"}}, {"metadata": {"path": "x"}, "note": made.value}, f"see {made.value}"):
        path = tmp_path / str(len(stacks)) / "cdk.tf.json"
        path.parent.mkdir()
        path.write_text(json.dumps({"resource": {"aws_vpc": {"a": {"//": comment, "cidr_block": "10.0.0.0/16"}}}}))
        stacks.append(read(path))
    without, noted, written = stacks
    for after in (noted, written):
        (found,) = Compared("x", without, after).concerns
        assert found.topic == Topic.SECRET
    assert Compared("x", noted, without).concerns == []
