"""An environment with machines: of a tenant, of the platform, and one whose client is not made yet."""

from dataclasses import replace

from settings import MachineClient
from tests.sample.environments import STAGING

MACHINES = (
    MachineClient(
        name="meters",
        client_ids=("4ab5c6d7e8f9g0h1i2j3k4l5m6", "5ab5c6d7e8f9g0h1i2j3k4l5m6"),
        scopes=("records.read",),
        tenant="5f0c3f0e-6a8e-4c3e-9a42-0d4a7a1d2b11",
        because="The partner's meters fetch what the tenant has recorded.",
    ),
    MachineClient(
        name="watch",
        client_ids=("6ab5c6d7e8f9g0h1i2j3k4l5m6",),
        scopes=("records.read",),
        tenant=None,
        because="The operator's own watch asks whether the API answers.",
    ),
    MachineClient(
        name="archive",
        client_ids=(),
        scopes=("records.read",),
        tenant=None,
        because="The archive is announced, and its client is not made yet.",
    ),
)
WITH_MACHINES = replace(STAGING, identity=replace(STAGING.identity, machines=MACHINES))
