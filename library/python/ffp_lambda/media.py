"""What media there is, by kind, and where it lies: the same path in the bucket and in a signed policy.

`KINDS` has each declared kind by its name, from MEDIA_KINDS, which `UploadMedia` and `SignPlayback` give.
"""

import json
import os
from dataclasses import dataclass
from datetime import timedelta

from ffp_lambda.tenancy import TENANCY


@dataclass(frozen=True)
class Kind:
    """One kind of asset, as the application's `MediaKind` declares it."""

    content_type: str
    file: str  # a packager may lay more beside it
    maximum_bytes: int
    at_most_seconds: int  # that an address opens it
    beyond_length_seconds: int | None  # None for what does not play

    @property
    def plays(self) -> bool:
        """Whether assets of this kind have a length."""
        return self.beyond_length_seconds is not None

    def lifetime(self, length_seconds: int | None) -> timedelta:
        """How long an address opens an asset of this length, None for what does not play: `at_most_seconds` at most."""
        if self.beyond_length_seconds is None:
            return timedelta(seconds=self.at_most_seconds)
        return timedelta(seconds=min((length_seconds or 0) + self.beyond_length_seconds, self.at_most_seconds))


KINDS = {name: Kind(**declared) for name, declared in json.loads(os.environ["MEDIA_KINDS"]).items()}


def asset_prefix(tenant_id: str, asset_id: str) -> str:
    """The folder of one asset of one tenant, without a leading slash and with one at its end.

    Both are UUIDs in lower case: the caller's tenant, and an id that `path_uuid` read or the handler made.
    """
    return f"{TENANCY.media_prefix}/{tenant_id}/{asset_id}/"
