"""What the user pool promises: passwords, MFA, closed sign-up, attributes, ways to a lost account."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Ranked, Truth, truth
from ffp.review.facts.orders import Kept, Letting
from ffp.review.facts.values import fact_of
from ffp.review.side import Side, at, blocks_in

POOL = "aws_cognito_user_pool"
_pool = partial(Protection, type=POOL, topic=Topic.EXPOSURE)
_CLASSES = ("lowercase", "uppercase", "numbers", "symbols")

PROTECTIONS: tuple[Protection, ...] = (
    _pool(
        path="mfa_configuration",
        says="The second factor",
        order=Ranked(("OFF", "OPTIONAL", "ON"), floor="OPTIONAL"),
        absent="OFF",
        why="A stolen or guessed password is enough.",
    ),
    _pool(
        path="admin_create_user_config.allow_admin_create_user_only",
        says="Closed sign-up",
        order=Truth(),
        absent=False,
        why="Everybody on the internet can make an account and gets valid tokens.",
    ),
    _pool(
        path="deletion_protection",
        says="Protection from deletion",
        topic=Topic.RECOVERY,
        order=Ranked(("INACTIVE", "ACTIVE"), floor="ACTIVE"),
        absent="INACTIVE",
        why="AWS then lets one call delete all users; nothing restores their passwords.",
    ),
    _pool(
        path="user_pool_tier",
        says="The feature plan",
        order=Ranked(("LITE", "ESSENTIALS", "PLUS")),
        absent="ESSENTIALS",
        why="Below PLUS there is no threat protection, below ESSENTIALS no trigger for access tokens.",
    ),
    _pool(
        path="user_pool_add_ons.advanced_security_mode",
        says="Threat protection",
        order=Ranked(("OFF", "AUDIT", "ENFORCED")),
        absent="OFF",
        why="Sign-ins from unusual places and with known stolen passwords are no longer stopped.",
    ),
    _pool(
        path="user_pool_add_ons.advanced_security_additional_flows.custom_auth_mode",
        says="Threat protection of custom sign-in",
        order=Ranked(("OFF", "AUDIT", "ENFORCED")),
        absent="OFF",
    ),
    _pool(
        path="username_configuration.case_sensitive",
        says="Telling names apart by case",
        order=Truth(wanted=False, demanded=False),
        absent=True,
        why="Two people can have names that look alike.",
    ),
    _pool(
        path="auto_verified_attributes",
        says="Attributes that are verified at sign-up",
        order=Members("shrink"),
        absent=(),
        why="Somebody can sign up with another person's address.",
    ),
    _pool(
        path="user_attribute_update_settings.attributes_require_verification_before_update",
        says="Attributes that keep their value until the new one is verified",
        order=Members("shrink"),
        absent=(),
        why="Whoever has a session can take over the account with an address of their own.",
    ),
    _pool(
        path="sign_in_policy.allowed_first_auth_factors",
        says="First factors of a sign-in",
        order=Letting(frozenset({"WEB_AUTHN"})),
        absent=("PASSWORD",),
        why="A code by mail or message is enough, without a password.",
    ),
    _pool(
        path="web_authn_configuration.user_verification",
        says="Verifying the person at a passkey",
        order=Ranked(("preferred", "required")),
        absent="preferred",
    ),
    _pool(
        path="web_authn_configuration.relying_party_id", says="The domain of passkeys", order=Kept(), why="Others work."
    ),
    _pool(
        path="username_attributes",
        says="Attributes by which users sign in",
        order=Letting(),
        absent=(),
        why="More names lead to an account, each of which somebody may take over.",
    ),
    _pool(path="alias_attributes", says="Further names by which users sign in", order=Letting(), absent=()),
    _pool(
        path="email_configuration.source_arn",
        says="The identity that sends codes and invitations",
        order=Kept(),
        why="Whoever owns the identity sends mail in our name.",
    ),
    _pool(
        path="email_configuration.email_sending_account",
        says="The sender of codes and invitations",
        topic=Topic.AVAILABILITY,
        order=Ranked(("COGNITO_DEFAULT", "DEVELOPER")),
        absent="COGNITO_DEFAULT",
        why="Cognito's own sender stops after some 50 mails a day.",
    ),
    _pool(path="lambda_config.kms_key_id", says="The key of codes for a custom sender", order=Kept()),
)


def _passwords(side: Side) -> Iterator[Fact]:
    """What a password needs. Without a block AWS's own policy counts, in which all classes of characters are needed."""
    why = "Passwords are easier to guess."
    for block in side.of_type(POOL):
        policy = side.get(block, "password_policy")
        default = policy in (None, [], {})

        def given(name: str, missing: Any, policy: Any = policy) -> Any:
            found = at(policy, name)
            return missing if found is None else found

        for name, says, order, missing in (
            ("minimum_length", "The shortest password", Amount("characters", floor=8), 8),
            ("password_history_size", "Old passwords that cannot be used again", Amount(), 0),
        ):
            value = given(name, missing)
            yield fact_of(side, block, question=name, says=says, order=order, value=value, absent=missing, why=why)
        yield fact_of(
            side,
            block,
            question="temporary_password_validity_days",
            says="How long a temporary password is valid",
            order=Amount("days", more_is_worse=True),
            value=given("temporary_password_validity_days", 7),
            absent=7,
            why="Whoever finds the invitation can use it for so long.",
        )
        yield fact_of(
            side,
            block,
            question="classes",
            says="Characters that a password needs",
            order=Members("shrink"),
            value=[each for each in _CLASSES if truth(given(f"require_{each}", default))],
            absent=(),
            why=why,
        )


def _factors(side: Side) -> Iterator[Fact]:
    """Second factors, ways to a lost account, and whether a known device replaces the factor."""
    for block in side.of_type(POOL):
        is_on = side.get(block, "mfa_configuration") in ("ON", "OPTIONAL")
        has_app = truth(side.get(block, "software_token_mfa_configuration.enabled")) is True
        weak = [
            name
            for name, path in (("text message", "sms_configuration"), ("mail", "email_mfa_configuration"))
            if is_on and side.get(block, path)
        ]
        if is_on:
            yield fact_of(
                side,
                block,
                question="app",
                says="Codes of an app as the second factor",
                order=Truth(demanded=False),
                value=has_app,
                absent=has_app,
                why="What is left as a second factor can be intercepted, or nothing is.",
            )
        yield fact_of(
            side,
            block,
            question="weak factors",
            says="Second factors that can be intercepted",
            order=Letting(),
            value=weak,
            absent=(),
            why="Whoever takes over a telephone number or a mailbox has the second factor.",
        )
        ways = blocks_in(side.get(block, "account_recovery_setting.recovery_mechanism"))
        names = [each.get("name") for each in ways] or ["verified_phone_number", "verified_email"]
        yield fact_of(
            side,
            block,
            question="recovery",
            says="Ways to a lost account",
            order=Letting(frozenset({"admin_only"})),
            value=names,
            absent=(),
            why="Whoever takes over a telephone number or a mailbox gets the account.",
        )
        devices = side.get(block, "device_configuration")
        yield fact_of(
            side,
            block,
            question="devices",
            says="Known devices that need no second factor",
            order=Truth(wanted=False, demanded=False),
            value=truth(at(devices, "challenge_required_on_new_device")) is True,
            absent=False,
            why="Whoever has the device, or its keys, needs no second factor.",
        )
        yield fact_of(
            side,
            block,
            question="device prompt",
            says="Asking users before their device is remembered",
            order=Truth(demanded=False),
            value=not devices or truth(at(devices, "device_only_remembered_on_user_prompt")) is True,
            absent=True,
        )


def _attributes(side: Side) -> Iterator[Fact]:
    """Attributes that nobody can change, and those that only our own programs can."""
    for block in side.of_type(POOL):
        schema = blocks_in(side.get(block, "schema"))
        for name, says, wanted in (
            ("mutable", "Attributes that nobody can change", False),
            ("developer_only_attribute", "Attributes that only administrators can write", True),
        ):
            # AWS's default of `mutable` is true, and so is the provider's.
            missing = name == "mutable"
            held = [each.get("name") for each in schema if truth(each.get(name, missing)) is wanted]
            yield fact_of(
                side,
                block,
                question=name,
                says=says,
                order=Members("shrink"),
                value=held,
                absent=(),
                why="Whoever may write the attribute can give a user another tenant or role.",
            )


FINDERS: tuple[Finder, ...] = (_passwords, _factors, _attributes)
