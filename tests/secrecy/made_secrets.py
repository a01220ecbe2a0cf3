"""Secrets as services issue them and as people write them, made anew from parts: none stands in a file."""

import base64
import json
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_ALPHANUMERIC = string.ascii_letters + string.digits
_UPPER = string.ascii_uppercase + string.digits
_LOWER = string.ascii_lowercase + string.digits
_URL_SAFE = _ALPHANUMERIC + "-_"
_HEXADECIMAL = "0123456789abcdef"


@dataclass(frozen=True)
class Secret:
    """One secret, and the name under which somebody would keep it."""

    form: str
    name: str
    value: str


def secrets(seed: int) -> Iterator[Secret]:
    """One secret of every form; another seed gives other values."""
    made = random.Random(seed)
    for form, (name, make) in _FORMS.items():
        yield Secret(form, name, make(made))


def _of(alphabet: str, length: int, beginning: str = "", end: str = "") -> Callable[[random.Random], str]:
    return lambda made: beginning + "".join(made.choices(alphabet, k=length)) + end


def _bytes(length: int, beginning: str = "") -> Callable[[random.Random], str]:
    return lambda made: beginning + base64.b64encode(made.randbytes(length)).decode()


def _joined(separator: str, *parts: Callable[[random.Random], str]) -> Callable[[random.Random], str]:
    return lambda made: separator.join(part(made) for part in parts)


def _said(text: str) -> Callable[[random.Random], str]:
    """A text with a password that somebody thought up in the place of {}."""
    return lambda made: text.replace("{}", _thought_up(made))


def _thought_up(made: random.Random) -> str:
    return made.choice(["hunter", "Sommer", "dragon", "letmein", "Ffp"]) + str(made.randint(1000, 9999))


def _address(scheme: str, user: str, host: str) -> Callable[[random.Random], str]:
    return lambda made: f"{scheme}://{user}" + f":{_thought_up(made)}@{host}"


def _pem(kind: str) -> Callable[[random.Random], str]:
    def make(made: random.Random) -> str:
        lines = "\n".join(base64.b64encode(made.randbytes(48)).decode() for _ in range(6))
        edge = "-" * 5
        return f"{edge}BEGIN {kind}{edge}\n{lines}\n{edge}END {kind}{edge}\n"

    return make


def _jwt(made: random.Random) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "RS256", "typ": "JWT"}, {"sub": made.randbytes(8).hex()}))
    return ".".join(
        [*(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in parts), _of(_URL_SAFE, 86)(made)]
    )


def _user_data(made: random.Random) -> str:
    return base64.b64encode(_said("#!/bin/bash\nexport PGPASSWORD={}")(made).encode()).decode()


def _basic(made: random.Random) -> str:
    return "Basic " + base64.b64encode(f"ffp:{_thought_up(made)}".encode()).decode()


# Each form, the name that one would give it, and how it is made.
_FORMS: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    # Issued by clouds
    "AWS access key": ("AWS_ID", _of(_UPPER, 16, "AKIA")),
    "AWS temporary access key": ("SESSION", _of(_UPPER, 16, "ASIA")),
    "AWS secret key": ("UPLOAD", _of(_ALPHANUMERIC + "+/", 40)),
    "AWS session token": ("UPLOAD_SESSION", _bytes(240, "IQoJb3JpZ2luX2Vj")),
    "Azure storage key": ("STORAGE", _bytes(64, "DefaultEndpointsProtocol=https;AccountKey=")),
    "Azure client secret": ("DIRECTORY", _joined("8Q~", _of(_ALPHANUMERIC, 3), _of(_URL_SAFE + ".~", 34))),
    "Google API key": ("MAPS", _of(_URL_SAFE, 35, "AIza")),
    "Google OAuth secret": ("GOOGLE", _of(_URL_SAFE, 28, "GOCSPX-")),
    "Google OAuth access token": ("GOOGLE_SESSION", _of(_URL_SAFE, 68, "ya29.a0")),
    "DigitalOcean token": ("OCEAN", _of(_HEXADECIMAL, 64, "dop_v1_")),
    "Databricks token": ("BRICKS", _of(_HEXADECIMAL, 32, "dapi")),
    "Cloudflare token": ("CDN", _of(_URL_SAFE, 40)),
    "Heroku key": ("HEROKU_API_KEY", _joined("-", *(_of(_HEXADECIMAL, n) for n in (8, 4, 4, 4, 12)))),
    # Issued by those who host code and packages
    "GitHub personal token": ("GIT", _of(_ALPHANUMERIC, 36, "ghp_")),
    "GitHub OAuth token": ("GIT", _of(_ALPHANUMERIC, 36, "gho_")),
    "GitHub app token": ("GIT", _of(_ALPHANUMERIC, 36, "ghs_")),
    "GitHub refresh token": ("GIT", _of(_ALPHANUMERIC, 36, "ghr_")),
    "GitHub fine-grained token": ("GIT", _joined("_", _of(_ALPHANUMERIC, 22, "github_pat_"), _of(_ALPHANUMERIC, 59))),
    "GitLab token": ("GIT", _of(_URL_SAFE, 20, "glpat-")),
    "npm token": ("REGISTRY", _of(_ALPHANUMERIC, 36, "npm_")),
    "PyPI token": ("REGISTRY", _of(_URL_SAFE, 150, "pypi-" + "AgEIcHlwaS5vcmc")),
    "Docker token": ("REGISTRY", _of(_URL_SAFE, 27, "dckr_pat_")),
    "npmrc line": ("NPMRC", _of(_URL_SAFE, 36, "//registry.npmjs.org/:_authToken=")),
    "Artifactory key": ("ARTIFACTS", _of(_ALPHANUMERIC, 64, "AKCp8")),
    # Issued by services
    "Slack bot token": ("CHAT", _joined("-", _of("123456789", 12, "xoxb-"), _of(_ALPHANUMERIC, 24))),
    "Slack user token": ("CHAT", _joined("-", _of("123456789", 12, "xoxp-"), _of(_HEXADECIMAL, 32))),
    "Slack app token": ("CHAT", _joined("-", _of(_UPPER, 11, "xapp-1-"), _of(_HEXADECIMAL, 64))),
    "Slack webhook": (
        "CHAT",
        _joined(
            "/", _of(_UPPER, 8, "https://hooks.slack.com/services/T"), _of(_UPPER, 10, "B"), _of(_ALPHANUMERIC, 24)
        ),
    ),
    "Discord token": ("BOT", _joined(".", _of(_ALPHANUMERIC, 24, "M"), _of(_URL_SAFE, 6), _of(_URL_SAFE, 38))),
    "Telegram token": ("BOT", _joined(":AA", _of("123456789", 10), _of(_URL_SAFE, 33))),
    "Stripe key": ("PAYMENTS", _of(_ALPHANUMERIC, 24, "sk_live_")),
    "Stripe restricted key": ("PAYMENTS", _of(_ALPHANUMERIC, 24, "rk_live_")),
    "Stripe webhook secret": ("PAYMENTS", _of(_ALPHANUMERIC, 32, "whsec_")),
    "Square secret": ("PAYMENTS", _of(_URL_SAFE, 43, "sq0csp-")),
    "Shopify token": ("SHOP", _of(_HEXADECIMAL, 32, "shpat_")),
    "SendGrid key": ("MAIL", _joined(".", _of(_URL_SAFE, 22, "SG."), _of(_URL_SAFE, 43))),
    "Mailgun key": ("MAIL", _of(_HEXADECIMAL, 32, "key-")),
    "Mailchimp key": ("MAIL", _of(_HEXADECIMAL, 32, end="-us12")),
    "Twilio key": ("PHONE", _of(_HEXADECIMAL, 32, "SK")),
    "OpenAI key": ("MODEL", _joined("T3BlbkFJ", _of(_ALPHANUMERIC, 20, "sk-"), _of(_ALPHANUMERIC, 20))),
    "Anthropic key": ("MODEL", _of(_URL_SAFE, 93, "sk-ant-api03-")),
    "Vault token": ("VAULT", _of(_URL_SAFE, 90, "hvs.")),
    "Terraform Cloud token": ("STATE", _joined(".atlasv1.", _of(_ALPHANUMERIC, 14), _of(_ALPHANUMERIC, 67))),
    "New Relic key": ("METRICS", _of(_UPPER, 27, "NRAK-")),
    "Grafana token": ("METRICS", _joined("_", _of(_ALPHANUMERIC, 32, "glsa_"), _of(_HEXADECIMAL, 8))),
    "Datadog key": ("METRICS", _of(_HEXADECIMAL, 32)),
    "Sentry address": ("ERRORS", _of(_HEXADECIMAL, 32, "https://", "@o450.ingest.sentry.io/123")),
    "Linear key": ("ISSUES", _of(_ALPHANUMERIC, 40, "lin_api_")),
    "Postman key": ("TESTS", _joined("-", _of(_HEXADECIMAL, 24, "PMAK-"), _of(_HEXADECIMAL, 34))),
    "age key": ("BACKUPS", _of(_UPPER, 58, "AGE-SECRET-KEY-1")),
    # Made by programs
    "RSA key": ("PEM", _pem("RSA PRIVATE KEY")),
    "EC key": ("PEM", _pem("EC PRIVATE KEY")),
    "OpenSSH key": ("PEM", _pem("OPENSSH PRIVATE KEY")),
    "PKCS 8 key": ("PEM", _pem("PRIVATE KEY")),
    "encrypted key": ("PEM", _pem("ENCRYPTED PRIVATE KEY")),
    "PGP key": ("PEM", _pem("PGP PRIVATE KEY BLOCK")),
    "JWT": ("LOGIN", _jwt),
    "bearer token": ("HEADER", lambda made: f"Bearer {_jwt(made)}"),
    "16 bytes in hexadecimal": ("SEED", _of(_HEXADECIMAL, 32)),
    "20 bytes in hexadecimal": ("SEED", _of(_HEXADECIMAL, 40)),
    "32 bytes in hexadecimal": ("SEED", _of(_HEXADECIMAL, 64)),
    "24 bytes in base64": ("SEED", _bytes(24)),
    "32 bytes in base64": ("SEED", _bytes(32)),
    "64 bytes in base64": ("SEED", _bytes(64)),
    "32 bytes for addresses": ("SEED", _of(_URL_SAFE, 43)),
    "generated password": ("INITIAL", _of(_ALPHANUMERIC, 24)),
    "generated password under its name": ("ADMIN_PASSWORD", _of(_ALPHANUMERIC + "!#%&*", 20)),
    # Written by people
    "basic authorisation": ("AUTHORIZATION", _basic),
    "PostgreSQL address": ("DATABASE_URL", _address("postgresql", "master", "db.internal:5432/ffp")),
    "Redis address": ("CACHE", _address("redis", "ffp", "cache.internal:6379/0")),
    "AMQP address": ("QUEUE", _address("amqps", "worker", "mq.internal/jobs")),
    "MongoDB address": ("DOCUMENTS", _address("mongodb+srv", "app", "cluster0.mongodb.net/ffp")),
    "proxy's address": ("HTTPS_PROXY", _address("http", "proxy", "proxy.internal:3128")),
    "JDBC address": ("DATABASE_URL", _said("jdbc:postgresql://db.internal/ffp?user=master&password={}")),
    "libpq parameters": ("CONNECTION", _said("host=db.internal dbname=ffp user=master password={}")),
    "ADO connection": ("CONNECTION", _said("Server=db;Database=ffp;User Id=master;Password={};")),
    "command with a password": ("COMMAND", _said("mysqldump ffp --password={}")),
    "user data with a password": ("USER_DATA", _user_data),
    "password under its name": ("DB_PASSWORD", _thought_up),
    "passphrase under its name": ("KEY_PASSPHRASE", _thought_up),
    "client secret under its name": ("CLIENT_SECRET", _thought_up),
    "API key under its name": ("PARTNER_API_KEY", _of(_LOWER, 12)),
    "token under its name": ("WEBHOOK_TOKEN", _of(_LOWER, 16)),
}
