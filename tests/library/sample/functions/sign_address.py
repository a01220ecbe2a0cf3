"""Signs the address of one asset, of whatever kind and length the caller names."""

import os
from datetime import UTC, datetime

from botocore.signers import CloudFrontSigner
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.media import KINDS, asset_prefix
from ffp_lambda.signing import signing_key


@endpoint("sign-address")
def handler(request: Request) -> Response:
    """Answers with an address that opens every file of the asset, for as long as its kind says."""
    body = request.body()
    kind = KINDS[body.text("kind", maximum=100)]
    length = body.whole_number("lengthSeconds", minimum=1, maximum=10**7) if kind.plays else None
    folder = f"{os.environ['PUBLIC_ADDRESS']}/{asset_prefix(request.caller.tenant_id, request.path_uuid('assetId'))}"
    key = signing_key()
    signer = CloudFrontSigner(key.id, key.sign)
    policy = signer.build_policy(f"{folder}*", datetime.now(UTC).replace(microsecond=0) + kind.lifetime(length))
    return response(200, {"url": signer.generate_presigned_url(folder + kind.file, policy=policy)})
