"""What people and the next step need to know of a deployed environment; nothing here is sensitive."""

from cdktf import TerraformOutput
from constructs import Construct

from modules.api import Api
from modules.cdn import Distribution
from modules.identity import Identity


def add(scope: Construct, *, public_address: str, distribution: Distribution, api: Api, identity: Identity) -> None:
    """Gives the stack its outputs, as `terraform output` shows them."""
    for name, value, description in (
        ("public-address", public_address, "Where viewers find the platform"),
        ("front-door", distribution.domain_name, "What the public name must point to"),
        ("api-address", f"https://{api.domain_name}", "The API's own address, for smoke tests"),
        ("sign-in-address", identity.sign_in_address, "The hosted sign-in pages"),
        ("user-pool", identity.pool_id, "The user pool's id"),
        ("web-client", identity.client_id, "The web client's id"),
    ):
        TerraformOutput(scope, name, value=value, description=description, static_id=True)
    if api.domain:
        description = "What the API's own name must point to, where its zone is elsewhere"
        TerraformOutput(scope, "api-name-target", value=api.domain.target, description=description, static_id=True)
