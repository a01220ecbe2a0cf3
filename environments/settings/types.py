"""Types that several areas share, with the limits that AWS sets."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from environments.settings.base import matching, must, one_of


def _is_network(value: str) -> bool:
    try:
        IPv4Network(value)
    except ValueError:
        return False
    return True


Architecture = Literal["arm64", "x86_64"]
Cidr = Annotated[
    str,
    must(_is_network, "must be an IPv4 network in CIDR notation", "write it like 10.20.0.0/16, host bits zero"),
]
DomainName = Annotated[
    str,
    matching(
        r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
        "must be a domain name in lower case",
        "write it like app.example.org, without https:// and without a final full stop",
    ),
]
EmailAddress = Annotated[
    str, matching(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "must be an e-mail address", "write it like team@example.org")
]
Name = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
        "must be lower-case words joined by hyphens",
        "names become addresses in Terraform's state: write it like list-exercises",
    ),
]
PublicKey = Annotated[
    str,
    matching(
        r"-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PUBLIC KEY-----\n?",
        "must be a public key in PEM form",
        "make it with `openssl rsa -pubout`; the private key belongs in Secrets Manager",
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
