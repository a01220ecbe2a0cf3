"""The keys of signed playback URLs. CloudFront trusts two public keys, so that one can be replaced at a time."""

import json

from modules.common import Context
from modules.framework import CloudfrontKeyGroup, CloudfrontPublicKey, Construct
from modules.groups import FunctionGroup
from modules.secrets import Secret
from settings.playback_keys import SLOTS, fingerprint


class PlaybackKeys(Construct):
    """The public keys and their key group, on which the signing functions and the distribution depend."""

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, public_address: str, public_keys: tuple[str, ...]
    ) -> None:
        super().__init__(scope, id_)
        self._public_address = public_address
        keys = {
            digest: CloudfrontPublicKey(
                self,
                f"key-{slot}",
                # A new key is created before the old one is deleted, so its name must differ.
                name=context.name(f"playback-{slot}-{digest}"),
                comment="Checks signed playback addresses",
                encoded_key=pem if pem.endswith("\n") else f"{pem}\n",
            )
            for slot, pem in zip(SLOTS, public_keys, strict=True)
            for digest in [fingerprint(pem)]
        }
        self._ids = {each: key.id for each, key in keys.items()}
        self._group = CloudfrontKeyGroup(
            self,
            "group",
            name=context.name("playback"),
            comment="Either key opens what it signed",
            items=list(self._ids.values()),
        )

    @property
    def group_id(self) -> str:
        return self._group.id

    def grant_sign(self, group: FunctionGroup, private_key: Secret) -> None:
        """Lets a group sign playback URLs. A variable maps the fingerprint of each trusted key to CloudFront's id."""
        private_key.grant_read(group, "PLAYBACK_SECRET_ARN")
        group.grant(
            environment={"PLAYBACK_KEY_IDS": json.dumps(self._ids), "PUBLIC_ADDRESS": self._public_address},
            after=[self._group],  # a function with a new key's id starts to sign with it at once
        )
