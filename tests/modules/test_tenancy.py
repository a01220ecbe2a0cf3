"""Tenancy is one declaration: with other names in it, all that Terraform makes follows, and what judges that."""

import json

import pytest

from checks import identity
from checks.block import Block
from checks.check import ScannedStack
from ffp.project import ROOT
from settings import problems_of
from tests import renamed
from tests.modules.template import Template, synthesised
from tests.sample.tenancy import TENANCY
from tests.settings.tenancy_cases import tenancy


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
            "roles": [role.name for role in TENANCY.roles],
        }


def test_the_access_log_and_the_saved_queries_follow(template: Template) -> None:
    line = json.loads(template.one("aws_apigatewayv2_stage")["access_log_settings"]["format"])
    assert line["practice"] == "$context.authorizer.claims.practiceId"
    assert line["role"] == "$context.authorizer.claims.duty"
    queries = [each["query_string"] for each in template.all("aws_cloudwatch_query_definition").values()]
    assert any('practice = "TENANT"' in query for query in queries)


def test_no_field_of_the_access_log_can_be_the_tenants(prod: Template) -> None:
    line = json.loads(prod.one("aws_apigatewayv2_stage")["access_log_settings"]["format"])
    others = line.keys() - {TENANCY.log_field}
    assert [name for name in others if not problems_of(tenancy(log_field=name))] == []


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


def test_the_scan_follows(template: Template, prod: Template) -> None:
    function = template.one("aws_lambda_function", "function-add-claims_function")
    stack = ScannedStack([Block(function, "aws_lambda_function", "aws_lambda_function.any")])
    renamed_pool, old_pool = (Block(each.one("aws_cognito_user_pool")) for each in (template, prod))
    assert list(identity.tenant_is_immutable(renamed_pool, stack)) == []
    assert list(identity.tenant_is_immutable(old_pool, stack)) == [
        "schema has no immutable practiceId",
        "schema has no duty",
    ]
    client = template.one("aws_cognito_user_pool_client")
    assert list(identity.claims_are_read_only(Block(client))) == []
    widened = Block({**client, "write_attributes": client["read_attributes"]})
    assert set(identity.claims_are_read_only(widened)) == {
        "write_attributes has custom:practiceId",
        "write_attributes has custom:duty",
    }


def test_no_other_file_of_code_spells_a_name() -> None:
    folders = ("catalogue", "checks", "ffp", "library", "modules", "settings")
    files = [file for folder in folders for end in ("py", "sql") for file in (ROOT / folder).rglob(f"*.{end}")]
    spelling = [file for file in files if any(name in file.read_text() for name in ("tenantId", "app.tenant_id"))]
    assert spelling == [ROOT / "settings/tenancy.py"]
