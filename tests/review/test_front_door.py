"""The front door: which route answers whom, what is public, and what a change of either opens."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from ffp.review import facts, front_door
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.facts import api, cdn, doors, federation, identity, people, rest_api, sign_in, web_acls
from ffp.review.facts.fact import Protection
from ffp.review.front_door import paths, public
from ffp.review.front_door.behaviours import Behaviours
from ffp.review.front_door.routes import Routes
from ffp.review.report import Mark, Section
from ffp.review.reviewing import Compared
from ffp.review.side import Side
from ffp.stacks import SynthesisedStack
from tests.review.corpus import api as api_corpus
from tests.review.corpus import cdn as cdn_corpus
from tests.review.corpus import headers as headers_corpus
from tests.review.corpus import identity as identity_corpus
from tests.review.corpus import web_acls as web_acl_corpus
from tests.review.corpus.edit import stack_of
from tests.review.front_door_losses import LOSSES, Case

_ROOMS = (api, rest_api, doors, cdn, identity, people, sign_in, federation, web_acls)
_PROTECTIONS = [each for room in _ROOMS for each in room.PROTECTIONS]
_CORPORA = (api_corpus, cdn_corpus, headers_corpus, identity_corpus, web_acl_corpus)
_API, _ROUTE = "aws_apigatewayv2_api", "aws_apigatewayv2_route"
_CDN = "aws_cloudfront_distribution"


def _side(**resources: Any) -> Side:
    return Side(stack_of({"resource": resources}))


def _found(before: Side, after: Side) -> list[Concern]:
    return [*facts.lost(before, after), *front_door.concerns(before, after)]


def _case(case: Case) -> list[Concern]:
    type_, before, change, _ = case
    after = {name: value for name, value in {**before, **change}.items() if value is not None}
    others: dict[str, Any] = {"aws_cognito_user_pool": {"a": {}}, "aws_lb": {"a": {}}}
    sides = [
        Side(stack_of({"resource": {**others, type_: {**others.get(type_, {}), "planted": each}}}))
        for each in (before, after)
    ]
    return _found(*sides)


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: f"{case[0]}: {case[1]} -> {case[2]}")
def test_a_loss_of_what_our_stacks_do_not_use_is_found(case: Case) -> None:
    found = _case(case)
    assert [each for each in found if each.topic == case[3] and each.grade == Grade.RED], found


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: f"{case[0]}: {case[2]} -> {case[1]}")
def test_a_promise_that_does_not_change_is_no_concern(case: Case) -> None:
    type_, before, _, _ = case
    side = _side(**{type_: {"planted": before}})
    assert _found(side, side) == []


@pytest.fixture(scope="module")
def titles(sample_stacks: dict[str, SynthesisedStack]) -> list[str]:
    """What every dangerous change of the front door is called."""
    stack = sample_stacks["prod"]
    document = json.loads(stack.path.read_text(encoding="utf-8"))
    before = Side(stack_of(document))
    found = [each.title for case in LOSSES for each in _case(case)]
    for edit in (edit for corpus in _CORPORA for edit in corpus.DANGEROUS):
        changed = copy.deepcopy(document)
        edit.change(changed)
        found += [each.title for each in facts.lost(before, Side(stack_of(changed)))]
    return found


@pytest.mark.parametrize("protection", _PROTECTIONS, ids=lambda each: f"{each.type}.{each.path}")
def test_each_protection_is_held_by_a_change(protection: Protection, titles: list[str]) -> None:
    assert any(title.startswith(protection.says) for title in titles)


def _route(key: str, kind: str = "JWT", **given: Any) -> dict[str, Any]:
    return {"api_id": f"${{{_API}.a.id}}", "route_key": key, "authorization_type": kind, **given}


def _routes(*routes: dict[str, Any]) -> Side:
    return _side(**{_API: {"a": {}}, _ROUTE: {each["route_key"]: each for each in routes}})


@pytest.mark.parametrize(
    ("key", "answered_by"),
    [
        ("GET /a/b", "GET /a/b"),
        ("POST /a/b", "ANY /a/b"),
        ("GET /a/c", "GET /a/{id}"),
        ("GET /a/c/d", "GET /a/{rest+}"),
        ("PUT /x", "$default"),
    ],
)
def test_the_most_specific_route_answers(key: str, answered_by: str) -> None:
    keys = ("$default", "GET /a/{rest+}", "ANY /a/b", "GET /a/{id}", "GET /a/b")
    found = Routes(_routes(*map(_route, keys))).answering(f"{_API}.a", key)
    assert found is not None
    assert found.key == answered_by


def test_a_route_is_described_in_words() -> None:
    (route,) = Routes(_routes(_route("GET /a", authorization_scopes=["b", "c"]))).all()
    assert route.authorisation == "a token with b or c"
    assert not route.is_public


def test_an_authoriser_without_an_authorisation_type_protects_nothing() -> None:
    (route,) = Routes(_routes({"api_id": f"${{{_API}.a.id}}", "route_key": "GET /a", "authorizer_id": "x"})).all()
    assert route.is_public


def test_a_removed_route_is_no_concern_where_nothing_else_answers() -> None:
    assert _found(_routes(_route("GET /a"), _route("GET /b")), _routes(_route("GET /b"))) == []


def test_a_route_below_an_open_one_may_be_open() -> None:
    before = _routes(_route("ANY /{all+}", "NONE"))
    assert _found(before, _routes(_route("ANY /{all+}", "NONE"), _route("GET /a", "NONE"))) == []


def test_a_route_that_answers_more_is_a_concern() -> None:
    before, after = (_side(**{_API: {"a": {}}, _ROUTE: {"r": _route(key)}}) for key in ("GET /a", "ANY /a"))
    assert [each.title for each in _found(before, after)] == ["The route ANY /a answers more than before"]


def test_scopes_that_nobody_offers_any_more_are_a_concern() -> None:
    def side(scope: str) -> Side:
        server = {"identifier": "api", "scope": {"scope_name": scope}}
        return _side(
            **{
                _API: {"a": {}},
                _ROUTE: {"r": _route("GET /a", authorization_scopes=["api/read"])},
                "aws_cognito_resource_server": {"s": server},
            }
        )

    assert [each.topic for each in _found(side("read"), side("write"))] == [Topic.AVAILABILITY]


def test_a_preflight_request_needs_no_authoriser() -> None:
    api_id = "${aws_api_gateway_rest_api.a.id}"
    method = {"rest_api_id": api_id, "http_method": "OPTIONS", "authorization": "NONE"}
    side = _side(
        aws_api_gateway_rest_api={"a": {}},
        aws_api_gateway_method={"m": method},
        aws_api_gateway_integration={"i": {"rest_api_id": api_id, "http_method": "OPTIONS", "type": "MOCK"}},
    )
    assert _found(_side(aws_api_gateway_rest_api={"a": {}}), side) == []
    assert public(side) == []


def test_everything_that_is_public_is_in_one_list() -> None:
    everybody = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}'
    side = _side(
        **{
            _API: {"a": {}},
            _ROUTE: {"open": _route("GET /a", "NONE"), "closed": _route("GET /b")},
            "aws_lambda_function_url": {"u": {"authorization_type": "NONE"}, "s": {"authorization_type": "AWS_IAM"}},
            "aws_cognito_user_pool": {"p": {}},
            "aws_cognito_user_pool_domain": {"d": {"domain": "sign-in"}},
            "aws_cognito_identity_pool": {"i": {"allow_unauthenticated_identities": True}},
            "aws_appsync_graphql_api": {"g": {"authentication_type": "API_KEY"}},
            _CDN: {"c": {"default_cache_behavior": {"target_origin_id": "x"}}},
            "aws_s3_bucket": {"open": {"bucket": "open"}, "list": {"bucket": "list"}, "closed": {"bucket": "closed"}},
            "aws_s3_bucket_policy": {
                name: {"bucket": f"${{aws_s3_bucket.{name}.id}}", "policy": everybody} for name in ("open", "closed")
            },
            "aws_s3_bucket_public_access_block": {
                "closed": {"bucket": "${aws_s3_bucket.closed.id}", "block_public_policy": True}
            },
            "aws_s3_bucket_acl": {"list": {"bucket": "${aws_s3_bucket.list.id}", "acl": "public-read"}},
        }
    )
    assert {each.address for each in public(side)} == {
        f"{_ROUTE}.open",
        "aws_lambda_function_url.u",
        "aws_cognito_user_pool.p",
        "aws_cognito_user_pool_domain.d",
        "aws_cognito_identity_pool.i",
        "aws_appsync_graphql_api.g",
        f"{_CDN}.c",
        "aws_s3_bucket.open",
        "aws_s3_bucket.list",
    }


def _distribution(*patterns: str, **default: Any) -> Side:
    behaviours = [{"path_pattern": each, "trusted_key_groups": [each]} for each in patterns]
    return _side(**{_CDN: {"c": {"ordered_cache_behavior": behaviours, "default_cache_behavior": default}}})


def test_the_first_behaviour_that_fits_answers() -> None:
    behaviours = Behaviours(_distribution("/a/b*", "/a/*"))
    found = [behaviours.answering(f"{_CDN}.c", path) for path in ("/a/b.mp4", "/a/c.mp4", "/c")]
    assert [each.pattern if each else "" for each in found] == ["/a/b*", "/a/*", "*"]


def test_a_path_that_falls_to_an_open_behaviour_is_a_concern() -> None:
    titles = [each.title for each in paths.paths(*map(Behaviours, (_distribution("/a/*"), _distribution())))]
    assert titles == [f"Access to /a/* of {_CDN}.c is open"]


def _section(before: Side, after: Side) -> Section:
    return front_door.section(before, after)


def test_the_section_shows_what_changed_first_and_in_words() -> None:
    before = _routes(_route("GET /a"), _route("GET /b", authorization_scopes=["read"]))
    after = _routes(_route("GET /a"), _route("GET /b", "NONE"))
    section = _section(before, after)
    routes, everybody, *_ = section.tables
    assert section.id == "front-door"
    assert routes.rows[0].cells[:3] == ("GET /b", "everybody", "a token with read")
    assert (routes.rows[0].mark, routes.rows[0].grade) == (Mark.CHANGED, Grade.RED)
    assert [(row.cells[0], row.mark) for row in everybody.rows] == [("GET /b", Mark.ADDED)]
    assert "makes 1 public" in section.summary


def test_the_section_of_equal_sides_has_no_changed_row(any_stack: SynthesisedStack) -> None:
    side = Side(any_stack)
    section = _section(side, side)
    assert section.changed_rows == 0
    assert all(row.grade is None for table in section.tables for row in table.rows)


def test_the_section_stands_a_side_without_resources(any_stack: SynthesisedStack) -> None:
    nothing, side = _side(), Side(any_stack)
    added, removed = _section(nothing, side), _section(side, nothing)
    assert {row.mark for table in added.tables for row in table.rows} <= {Mark.ADDED}
    assert {row.mark for table in removed.tables for row in table.rows} <= {Mark.REMOVED}


def test_an_environment_that_begins_has_nothing_red(all_stacks: dict[str, SynthesisedStack]) -> None:
    """Else its first deploy would be refused: what is public is looked at, and nothing was closed before."""
    for name, stack in all_stacks.items():
        found = Compared(name, SynthesisedStack(name, Path(), ()), stack).concerns
        assert [each.title for each in found if each.grade == Grade.RED] == []
