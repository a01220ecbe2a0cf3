"""Tenancy is one declaration: with other names in it, all that Terraform makes follows."""

import json

import pytest

from tests import renamed
from tests.modules.template import Template, synthesised


@pytest.fixture(scope="module")
def template() -> Template:
    return synthesised(renamed.settings())


def test_the_user_pool_and_its_client_follow(template: Template) -> None:
    schema = {each["name"]: each["mutable"] for each in template.one("aws_cognito_user_pool")["schema"]}
    assert schema == {"practiceId": False, "duty": True}
    client = template.one("aws_cognito_user_pool_client")
    assert {"custom:practiceId", "custom:duty"} <= set(client["read_attributes"])
    assert not {"custom:practiceId", "custom:duty"} & set(client["write_attributes"])


def test_every_function_learns_the_names(template: Template) -> None:
    for function in template.all("aws_lambda_function").values():
        names = json.loads(function["environment"]["variables"]["TENANCY"])
        assert names == {
            "tenant": "practiceId",
            "role": "duty",
            "log_field": "practice",
            "setting": "ffp.practice",
            "media_prefix": "films",
        }


def test_the_access_log_and_the_saved_queries_follow(template: Template) -> None:
    line = json.loads(template.one("aws_apigatewayv2_stage")["access_log_settings"]["format"])
    assert line["practice"] == "$context.authorizer.claims.practiceId"
    assert line["role"] == "$context.authorizer.claims.duty"
    queries = [each["query_string"] for each in template.all("aws_cloudwatch_query_definition").values()]
    assert any('practice = "TENANT"' in query for query in queries)


def test_media_and_who_may_write_it_follow(template: Template) -> None:
    behaviours = template.one("aws_cloudfront_distribution")["ordered_cache_behavior"]
    assert behaviours[0]["path_pattern"] == "/films/*"
    grant = template.grants("media-upload")
    assert any(resource.endswith("/films/*") for each in grant.values() for resource in each["resources"])
    served = template.document("storage_media_access")["ServeThroughTheDistribution"]
    assert [each.partition("/")[2] for each in served["resources"]] == ["films/*"]


def test_nothing_of_the_old_names_is_left(template: Template) -> None:
    text = json.dumps([block.attributes for block in template.stack.blocks])
    assert [
        name for name in ("tenantId", "app.tenant_id", '"media/', "ffp-media-333333333333/media") if name in text
    ] == []
