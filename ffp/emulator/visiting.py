"""The local platform as `ffp smoke` reaches it: as CI's role that reads the test users, and past CloudFront."""

from functools import partial

from ffp.emulator.account import github_environments
from ffp.emulator.platform import Platform
from ffp.smoke import users
from ffp.smoke.site import Site
from settings.state import SMOKE


def site_of(platform: Platform) -> Site:
    """The platform with the users of its test tenants. The emulator's CloudFront forwards nothing to an API, so
    requests go to the API with the header by which the emulator tells its APIs apart."""
    account, outputs = platform.account, platform.outputs()
    session = account.assume(SMOKE, environment=github_environments(platform.name)[SMOKE])
    return Site(
        account.settings,
        outputs,
        users.stored(account.settings, partial(account.client, session)),
        account,
        account.address,
        {"Host": account.api_address(outputs).removeprefix("https://")},
        f"{account.address}/{outputs['user-pool']}/.well-known/jwks.json",
        account.browser,
    )
