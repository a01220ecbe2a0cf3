"""Webhooks: what a sender signed is taken, and nothing else, however close it comes."""

import base64
import hashlib

import pytest
from ffp_lambda import webhook

from tests.library.fakes import body_of
from tests.library.partners import Partner
from tests.library.signing import BODY, KEY, NOW, SECRET, event, github, hexadecimal, standard, stripe, with_headers

TEXT = KEY.decode()  # as Stripe and GitHub use a secret: as it is written

# Made by others. The first is in the tests of Standard Webhooks' and Svix's own libraries
# (https://github.com/standard-webhooks/standard-webhooks), the second in GitHub's documentation
# (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
STANDARD_VECTOR = event(
    '{"test": 2432232314}',
    webhook_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
    webhook_timestamp="1614265330",
    webhook_signature="v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
)
STANDARD_VECTORS_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
GITHUB_VECTOR = event(
    "Hello, World!",
    x_hub_signature_256="sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
)
GITHUB_VECTORS_SECRET = "It's a Secret to Everybody"


def test_what_standard_webhooks_own_libraries_sign_is_taken(partner: Partner) -> None:
    partner.stop_clocks(1614265330)
    for value in (STANDARD_VECTORS_SECRET, STANDARD_VECTORS_SECRET.removeprefix("whsec_")):
        partner.holds(value)
        taken = partner.receiver()(STANDARD_VECTOR)
        assert taken["statusCode"] == 202
        assert body_of(taken)["id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
        assert body_of(partner.receiver(does="reads")(STANDARD_VECTOR)) == {"test": 2432232314}


def test_what_github_documents_is_taken(partner: Partner) -> None:
    partner.holds(GITHUB_VECTORS_SECRET)
    assert partner.status(GITHUB_VECTOR, "github") == 202
    assert partner.status({**GITHUB_VECTOR, "body": "Hello, World?"}, "github") == 401


def test_each_form_is_taken_as_text_and_as_bytes(partner: Partner) -> None:
    assert partner.status(standard()) == 202
    strange = partner.receiver()(standard(b"\x00\xff{}"))
    assert base64.b64decode(body_of(strange)["content"]) == b"\x00\xff{}"
    partner.holds(TEXT)
    assert partner.status(stripe(), "stripe") == 202
    assert partner.status(stripe("\N{SNOWMAN}"), "stripe") == 202
    assert partner.status(github(), "github") == 202
    encoded = {**github(), "body": base64.b64encode(BODY.encode()).decode(), "isBase64Encoded": True}
    assert partner.status(encoded, "github") == 202
    svix = standard()
    svix["headers"] = {name.replace("webhook", "svix"): value for name, value in svix["headers"].items()}
    partner.holds(SECRET)
    assert partner.status(svix, "svix") == 202
    assert partner.status(svix) == 401


def test_a_delivery_without_an_id_of_its_own_is_known_by_what_is_signed(partner: Partner) -> None:
    partner.holds(TEXT)
    for request, form, signed in ((stripe(), "stripe", f"{NOW}.{BODY}"), (github(), "github", BODY)):
        assert body_of(partner.receiver(form)(request))["id"] == hashlib.sha256(signed.encode()).hexdigest()


@pytest.mark.attack
def test_no_other_byte_of_body_or_headers_is_taken(partner: Partner) -> None:
    request = standard()
    for place in range(len(BODY)):
        assert partner.status({**request, "body": BODY[:place] + "~" + BODY[place + 1 :]}) == 401
    for body in ("", BODY + " ", BODY[:-1], BODY + "\0", None):
        assert partner.status({**request, "body": body}) == 401
    assert partner.status(with_headers(request, webhook_id="msg_2")) == 401
    assert partner.status(with_headers(request, webhook_timestamp=str(NOW + 1))) == 401
    signature = request["headers"]["webhook-signature"]
    for changed in (signature[:-2], signature + "=", signature.swapcase(), signature.replace("v1,", "v1a,"), "v1,"):
        assert partner.status(with_headers(request, webhook_signature=changed)) == 401


@pytest.mark.attack
@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_or_repeated_header_is_refused(partner: Partner, name: str) -> None:
    request = standard()
    value = request["headers"][name]
    field = name.replace("-", "_")
    assert partner.status(with_headers(request, **{field: None})) == 401
    assert partner.status(with_headers(request, **{field: ""})) == 401
    assert partner.status(with_headers(request, **{field: f"{value},{value}"})) == 401  # as API Gateway joins two
    assert partner.status({**request, "headers": {**request["headers"], name: [value]}}) == 401
    assert partner.status({**request, "headers": None}) == 401


@pytest.mark.attack
@pytest.mark.parametrize(
    "header",
    [
        f"t={NOW},t={NOW - 1},v1={{}}",
        f"t={NOW - 1},t={NOW},v1={{}}",
        f"v1={{}},v0=t={NOW}",
        f"t={NOW},v0={{}}",
        f"t={NOW}",
        f"t= {NOW},v1={{}}",
        f"t=+{NOW},v1={{}}",
        f"t={NOW}.0,v1={{}}",
        f"T={NOW},V1={{}}",
        "t=,v1={}",
        "v1={}",
        "t=١٨٠٠٠٠٠٠٠٠,v1={}",
        f"t={'9' * 5000},v1={{}}",
        f"t={NOW},v1={{}}\N{SNOWMAN}",
        f"t={NOW},v1=\ud800{{}}",
        "",
    ],
)
def test_no_other_writing_of_stripes_header_is_taken(partner: Partner, header: str) -> None:
    partner.holds(TEXT)
    assert (
        partner.status(event(BODY, stripe_signature=header.format(hexadecimal(f"{NOW}.{BODY}".encode()))), "stripe")
        == 401
    )


@pytest.mark.attack
@pytest.mark.parametrize("value", ["{}", "sha1={}", "SHA256={}", "sha256={},sha256={}", "sha256=", "sha256= {}", ""])
def test_no_other_writing_of_githubs_header_is_taken(partner: Partner, value: str) -> None:
    partner.holds(TEXT)
    signature = hexadecimal(BODY.encode())
    assert partner.status(event(BODY, x_hub_signature_256=f"sha256={signature}"), "github") == 202
    assert partner.status(event(BODY, x_hub_signature_256=value.format(signature, signature)), "github") == 401
    assert partner.status(event(BODY, x_hub_signature=f"sha256={signature}"), "github") == 401


@pytest.mark.attack
def test_an_old_or_an_early_request_is_refused(partner: Partner) -> None:
    limit = webhook.WINDOW_SECONDS
    for at, status in ((-limit, 202), (limit, 202), (-limit - 1, 401), (limit + 1, 401), (-NOW, 401)):
        assert partner.status(standard(at=NOW + at)) == status
    partner.holds(TEXT)
    assert [partner.status(stripe(at=NOW + at), "stripe") for at in (-limit, -limit - 1)] == [202, 401]


@pytest.mark.attack
def test_no_other_secret_signs(partner: Partner) -> None:
    assert partner.status(standard(key=KEY[::-1])) == 401
    assert partner.status(standard(key=b"")) == 401
    assert partner.status(standard(key=SECRET.encode())) == 401  # the text instead of what it stands for


@pytest.mark.attack
def test_the_border_between_id_time_and_body_cannot_move(partner: Partner) -> None:
    """All three are signed as one text, joined by full stops."""
    request = standard(f"{NOW}.{BODY}")
    moved = with_headers({**request, "body": BODY}, webhook_id=f"msg_1.{NOW}")
    assert (partner.status(request), partner.status(moved)) == (202, 401)
    assert partner.status(standard(message=f"msg_1.{NOW}")) == 401  # even if the sender signs such an id


@pytest.mark.attack
def test_a_signature_cannot_be_extended(partner: Partner) -> None:
    """Whoever knows SHA-256(key + body) can compute it for a longer body without the key; HMAC's is another."""
    partner.holds(TEXT)
    plain = hashlib.sha256(KEY + BODY.encode()).hexdigest()
    assert partner.status(event(BODY, x_hub_signature_256=f"sha256={plain}"), "github") == 401
    bits = (len(KEY) + len(BODY)) * 8
    padding = b"\x80" + b"\0" * ((55 - len(KEY) - len(BODY)) % 64) + bits.to_bytes(8, "big")
    longer = event(BODY.encode() + padding + b"more", x_hub_signature_256=f"sha256={hexadecimal(BODY.encode())}")
    assert partner.status(longer, "github") == 401


@pytest.mark.attack
def test_a_huge_body_is_refused_before_it_is_read(partner: Partner) -> None:
    """And before the secret is: there is none at first."""
    partner.holds()
    for body in ("x" * 1025, b"x" * 1025, "x" * 6_000_000, b"x" * 4_000_000, "\N{SNOWMAN}" * 342):
        assert partner.status(standard(body), maximum_bytes=1024) == 413
    undecoded = {**standard(""), "isBase64Encoded": True}
    assert [partner.status({**undecoded, "body": "!" * size}, maximum_bytes=1024) for size in (1368, 1369)] == [
        401,
        413,
    ]
    partner.holds(SECRET)
    assert [partner.status(standard(body), maximum_bytes=1024) for body in ("x" * 1024, b"x" * 1024)] == [202, 202]


@pytest.mark.attack
def test_what_is_no_base64_is_refused(partner: Partner) -> None:
    for body in ("e30", "e30=\n", "{}", "\N{SNOWMAN}"):
        assert partner.status({**standard("{}"), "body": body, "isBase64Encoded": True}) == 401


@pytest.mark.attack
def test_many_signatures_are_one_digest_a_secret(partner: Partner) -> None:
    request = standard()
    right = request["headers"]["webhook-signature"]
    many = with_headers(request, webhook_signature=" ".join(["v1,AAAA"] * 1000 + [right]))
    answer = partner.receiver()(many)
    assert (answer["statusCode"], body_of(answer)["digests"]) == (202, 1)
