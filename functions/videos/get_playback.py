"""GET /api/videos/{videoId}/playback: a signed address for one video of the caller's tenant."""

import os
from datetime import UTC, datetime, timedelta
from functools import cache

import boto3
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.media import VIDEO_FILE, video_prefix

# CloudFront checks the expiry at every request, a seek included: it must outlast a viewing with its pauses.
VALID_FOR = timedelta(hours=4)

SECRETS = boto3.client("secretsmanager")


@cache
def _private_key() -> RSAPrivateKey:
    """The signing key, read once per execution environment: a new PLAYBACK_KEY_ID starts new ones."""
    pem = SECRETS.get_secret_value(SecretId=os.environ["PLAYBACK_SECRET_ARN"])["SecretString"]
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the playback secret must hold an RSA key")
    return key


def _sign(policy: bytes) -> bytes:
    # CloudFront accepts RSA signatures over SHA-1 alone.
    return _private_key().sign(policy, PKCS1v15(), SHA1())  # noqa: S303


@endpoint("get-playback")
def handler(request: Request) -> Response:
    """Answers with `url` of the video, and the `query` that opens every other file below `address` as well."""
    prefix = video_prefix(request.caller.tenant_id, request.path_uuid("videoId"))
    address = f"{os.environ['PUBLIC_ADDRESS']}/{prefix}"
    expires_at = datetime.now(UTC).replace(microsecond=0) + VALID_FOR
    signer = CloudFrontSigner(os.environ["PLAYBACK_KEY_ID"], _sign)
    policy = signer.build_policy(f"{address}*", expires_at)
    url = signer.generate_presigned_url(address + VIDEO_FILE, policy=policy)
    return response(
        200,
        {"url": url, "address": address, "query": url.partition("?")[2], "expiresAt": expires_at},
    )
