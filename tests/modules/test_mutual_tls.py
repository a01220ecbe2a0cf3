"""An API that only the distribution can reach, and arguments that are newer than the bindings."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ffp import stacks
from ffp.stacks import SynthesisedStack
from modules.common import newer_arguments
from modules.framework import App, AwsProvider, SqsQueue, TerraformStack
from modules.stacks import synthesise
from settings import releases
from tests.modules import variants
from tests.modules.template import Template
from tests.sample.environments import ALL as SAMPLE

SETTINGS = variants.mutual_tls()
NAME = "api.app.ffp.example"


def _api_origin(stack: Template) -> Any:
    (origin,) = (each for each in stack.one("aws_cloudfront_distribution")["origin"] if each["origin_id"] == "api")
    return origin


def test_the_apis_name_takes_known_client_certificates_only(mutual_tls: Template) -> None:
    name = mutual_tls.one("aws_apigatewayv2_domain_name")
    assert name["domain_name"] == NAME
    assert name["mutual_tls_authentication"] == {
        "truststore_uri": "s3://authorities/api/authorities.pem",
        "truststore_version": "aVersionOfIt",
    }
    assert name["domain_name_configuration"]["security_policy"] == "TLS_1_2"
    mapping = mutual_tls.one("aws_apigatewayv2_api_mapping")
    assert mapping["domain_name"] == "${aws_apigatewayv2_domain_name.api_domain_name.id}"
    assert mapping["stage"] == "${aws_apigatewayv2_stage.api_stage.id}"


def test_no_other_way_leads_to_the_api(mutual_tls: Template, prod: Template) -> None:
    assert mutual_tls.one("aws_apigatewayv2_api")["disable_execute_api_endpoint"] is True
    assert "disable_execute_api_endpoint" not in prod.one("aws_apigatewayv2_api")


def test_the_distribution_comes_by_that_name_with_its_certificate(mutual_tls: Template, prod: Template) -> None:
    origin = _api_origin(mutual_tls)
    assert origin["domain_name"] == NAME
    assert SETTINGS.api.mutual_tls is not None
    assert origin["custom_origin_config"]["origin_mtls_config"] == {
        "client_certificate_arn": SETTINGS.api.mutual_tls.client_certificate_arn
    }
    assert origin["custom_origin_config"]["origin_ssl_protocols"] == ["TLSv1.2"]  # what was there is kept
    assert "origin_mtls_config" not in _api_origin(prod)["custom_origin_config"]


def test_the_name_is_found_in_the_zone_of_ours(mutual_tls: Template) -> None:
    record = mutual_tls.one("aws_route53_record", "api_domain_alias")
    assert (record["name"], record["type"]) == (NAME, "A")


def test_the_name_is_told_for_another_zone_and_the_deploy_role_may_make_it(tmp_path: Path) -> None:
    synthesise({"prod": SETTINGS}, ["prod", "bootstrap-prod"], tmp_path)
    bootstrap, platform = map(Template, stacks.load(tmp_path))
    outputs = json.loads(platform.stack.path.read_text(encoding="utf-8"))["output"]
    assert "target_domain_name" in outputs["api-name-target"]["value"]
    nightly = bootstrap.document("plan-nightly_access")
    tls = SETTINGS.api.mutual_tls
    assert tls
    assert nightly["ReadNamedCertificates"]["resources"] == [tls.certificate_arn, tls.client_certificate_arn]
    assert nightly["ListCertificates"]["actions"] == ["acm:ListCertificates"]  # to find the one that is made here
    statements = bootstrap.document("deploy-api_access")
    names = "arn:aws:apigateway:eu-west-2::/domainnames"
    assert statements["ChangeApiName"]["resources"] == [names, f"{names}/{NAME}", f"{names}/{NAME}/*"]
    assert statements["CertifyApiName"]["resources"] == [names, f"{names}/{NAME}"]
    assert statements["ReadTrustStore"]["resources"] == ["arn:aws:s3:::authorities/api/authorities.pem"]


def test_without_the_setting_no_role_may_touch_names(sample_stacks: dict[str, SynthesisedStack]) -> None:
    for name in SAMPLE:
        assert "domainnames" not in sample_stacks[f"bootstrap-{name}"].path.read_text(encoding="utf-8")


def test_the_release_that_judges_offline_leaves_the_new_argument_out(tmp_path: Path) -> None:
    synthesise({"prod": replace(SETTINGS, provider_release=releases.OFFLINE)}, ["prod"], tmp_path)
    (stack,) = stacks.load(tmp_path)
    assert "origin_mtls_config" not in stack.path.read_text(encoding="utf-8")


def test_a_release_newer_than_the_bindings_changes_its_own_number_only(
    tmp_path: Path, sample_stacks: dict[str, SynthesisedStack]
) -> None:
    synthesise({"staging": replace(SAMPLE["staging"], provider_release="6.63.1")}, ["staging"], tmp_path)
    (stack,) = stacks.load(tmp_path)
    bindings = sample_stacks["staging"].path.read_text(encoding="utf-8")
    assert stack.path.read_text(encoding="utf-8") == bindings.replace(f'"{releases.BINDINGS}"', '"6.63.1"')


def _bare(folder: Path) -> TerraformStack:
    stack = TerraformStack(App(outdir=str(folder)), "bare")
    AwsProvider(stack, "aws")
    return stack


def test_the_bindings_are_of_the_release_that_is_written_down(tmp_path: Path) -> None:
    stack = _bare(tmp_path)
    assert stack.to_terraform()["terraform"]["required_providers"]["aws"]["version"] == releases.BINDINGS


def test_an_argument_is_written_from_its_release_on_and_must_be_listed(tmp_path: Path) -> None:
    queue = SqsQueue(_bare(tmp_path), "queue")
    with pytest.raises(ValueError, match=r"aws_sqs_queue\.unheard is not listed as newer"):
        newer_arguments.write_newer_argument(queue, "unheard", True, release="6.63.1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(newer_arguments, "NEWER_ARGUMENTS", {"aws_sqs_queue.unheard": "6.63.0"})
        with pytest.raises(ValueError, match=r"needs provider release 6\.63\.0 or newer, not 6\.62\.9"):
            newer_arguments.write_newer_argument(queue, "unheard", True, release="6.62.9")
        newer_arguments.write_newer_argument(queue, "unheard", True, release="6.100.0")
    assert queue.to_terraform()["resource"]["aws_sqs_queue"]["queue"]["unheard"] is True


@pytest.mark.parametrize(
    ("older", "newer"), [("6.9.0", "6.25.0"), ("6.25.0", "6.25.1"), ("6.99.9", "6.100.0"), ("5.100.0", "6.0.0")]
)
def test_releases_are_compared_by_their_numbers(older: str, newer: str) -> None:
    assert releases.at_least(newer, older)
    assert not releases.at_least(older, newer)
