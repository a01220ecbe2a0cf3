"""What the generator counts on in the code that ships, and spellings that the code must not repeat."""

import re

from ffp.project import ROOT
from ffp.stacks import SynthesisedStack
from tests.modules.template import Template


def test_an_invitation_that_is_refused_is_written_as_the_alarm_counts_it(
    all_stacks: dict[str, SynthesisedStack],
) -> None:
    text = (ROOT / "application/functions/administration/invite_user.py").read_text(encoding="utf-8")
    (written,) = re.findall(r'log.write\(\s*"([\w-]+)"', text)
    filter_ = Template(all_stacks["prod"]).one("aws_cloudwatch_log_metric_filter", "monitoring_invite-user-refusals")
    assert filter_["pattern"] == f'{{ $.action = "{written}" }}'


def test_only_the_declaration_of_tenancy_spells_its_names() -> None:
    files = [file for folder in ("application", "environments") for file in (ROOT / folder).rglob("*.*")]
    code = [file for file in files if file.suffix in (".py", ".sql")]
    assert code
    assert [file for file in code if any(name in file.read_text() for name in ("tenantId", "app.tenant_id"))] == []
