"""Types that several areas share, with the limits that AWS sets."""

import re
from ipaddress import IPv4Network
from typing import Annotated, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from settings.base import matching, must, named, one_of

# One host, as a part of a larger pattern.
HOST = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
_NAME_LIMIT = "must be lower-case words joined by hyphens"


def _misnamed(name: str) -> tuple[str, str] | None:
    pattern = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
    if re.fullmatch(pattern, name):
        return None
    meant = "-".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*|[0-9]+", name)).lower()
    example = meant if re.fullmatch(pattern, meant) else "list-things"
    return _NAME_LIMIT, f"names become addresses in Terraform's state: write it like {example}"


def _is_network(value: str) -> bool:
    try:
        IPv4Network(value)
    except ValueError:
        return False
    return True


def _opens_with_rsa_2048(pem: str) -> bool:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, RSAPublicKey) and key.key_size == 2048


Architecture = Literal["arm64", "x86_64"]
Cidr = Annotated[
    str,
    must(_is_network, "must be an IPv4 network in CIDR notation", "write it like 10.20.0.0/16, host bits zero"),
]
DomainName = Annotated[
    str,
    matching(
        rf"(?=.{{4,253}}$){HOST}",
        "must be a domain name in lower case",
        "write it like app.example.org, without https:// and without a final full stop",
    ),
]
Description = Annotated[
    str,
    must(
        lambda text: text.strip() and len(text) <= 256,
        "must be 1 to 256 characters",
        "describe its purpose in a sentence",
    ),
]
EmailAddress = Annotated[
    str,
    matching(
        rf"[A-Za-z0-9._%+'-]+@{HOST}", "must be one e-mail address and nothing else", "write it like team@example.org"
    ),
]
Reason = Annotated[
    str,
    must(
        lambda reason: 20 <= len(reason.strip()) <= 500,
        "must be a reason of 20 to 500 characters",
        "write a reason that you would defend before an auditor: the scan shows it",
    ),
]
Name = Annotated[str, named(_misnamed, _NAME_LIMIT)]
TenantId = Annotated[
    str,
    matching(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "must be a UUID", "make one with `uuidgen`, in lower case"),
]
PublicKey = Annotated[
    str,
    matching(
        r"-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PUBLIC KEY-----\n?",
        "must be a public key in PEM form",
        "`ffp keys new` makes one; the private key belongs in Secrets Manager",
    ),
    must(
        _opens_with_rsa_2048,
        "must be an RSA key of 2048 bits, as CloudFront reads it",
        "`ffp keys new` makes one, in a file of its own",
    ),
]
Origin = Annotated[
    str,
    matching(
        rf"https://{HOST}(:\d{{1,5}})?|http://localhost:\d{{1,5}}",
        "must be an exact https origin",
        "write it like https://www.example.org, without a path; http is only for localhost",
    ),
]
Url = Annotated[
    str,
    matching(
        rf"(https://{HOST}(:\d{{1,5}})?|http://localhost:\d{{1,5}})(/[^*#\s]*)?",
        "must be an exact https address without a fragment",
        "write the whole address; http is only for localhost",
    ),
]
LogRetentionDays = Annotated[
    int,
    one_of(
        1,
        3,
        5,
        7,
        14,
        30,
        60,
        90,
        120,
        150,
        180,
        365,
        400,
        545,
        731,
        1096,
        1827,
        2192,
        2557,
        2922,
        3288,
        3653,
    ),
]
