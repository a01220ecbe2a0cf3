"""Waivers, recorded on the construct that causes the finding; the scan reads them from the JSON."""

from datetime import date

from cdktf import TerraformDataSource, TerraformResource

# Waivers are decided again once a year, all together; the scan refuses one that reaches further than 400 days.
NEXT_REVIEW = date(2027, 11, 30)


def waive(
    element: TerraformResource | TerraformDataSource,
    check: str,
    reason: str,
    *,
    expires: date = NEXT_REVIEW,
    plan_only: bool = False,
) -> None:
    """Records on the construct that causes a finding why it stands and until when; the scan reads it from the JSON.

    `plan_only` marks a finding that the plan lens alone can see.
    """
    waiver = {"reason": reason, "expires": expires.isoformat()}
    if plan_only:
        waiver["lens"] = "plan"
    if isinstance(element, TerraformResource):
        element.add_override(f"//.waivers.{check}", waiver)
    else:  # by way of the stack: a data source drops an override of its own comment
        address = f"data.{element.terraform_resource_type}.{element.friendly_unique_id}"
        element.cdktf_stack.add_override(f"{address}.//.waivers.{check}", waiver)
