"""Changes of sign-in, part 1 of 2."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import put
from tests.review.opinion.finding import pick, reference
from tests.review.opinion.kinds import NOTHING, STRANGER, USER_POOL, USER_POOL_CLIENT

for name, path, value, why in (
    ("mfa-optional", "mfa_configuration", "OPTIONAL", "A stolen password is enough."),
    ("mfa-off", "mfa_configuration", "OFF", "A stolen password is enough."),
    ("mfa-unsaid", "mfa_configuration", NOTHING, "The default is off."),
    ("mfa-without-app", "software_token_mfa_configuration.enabled", False, "No second factor is left."),
    ("mfa-app-removed", "software_token_mfa_configuration", NOTHING, "No second factor is left."),
    ("sign-up-open", "admin_create_user_config.allow_admin_create_user_only", False, "Anybody makes a user."),
    ("sign-up-unsaid", "admin_create_user_config", NOTHING, "The default lets anybody sign up."),
    ("passwords-of-8", "password_policy.minimum_length", 8, "8 in place of 14 characters."),
    ("passwords-of-13", "password_policy.minimum_length", 13, "13 in place of 14 characters."),
    ("passwords-without-symbols", "password_policy.require_symbols", False, "Weaker passwords."),
    ("passwords-without-numbers-as-text", "password_policy.require_numbers", "false", "Weaker passwords."),
    ("passwords-policy-unsaid", "password_policy", NOTHING, "The default is 8 characters."),
    (
        "temporary-passwords-for-a-year",
        "password_policy.temporary_password_validity_days",
        365,
        "An old invitation still opens an account.",
    ),
    (
        "recovery-by-phone",
        "account_recovery_setting.recovery_mechanism",
        [{"name": "verified_phone_number", "priority": 1}],
        "Whoever gets the number gets the account.",
    ),
    ("token-trigger-removed", "lambda_config", NOTHING, "Tokens without tenant and with all scopes."),
    (
        "token-trigger-version-1",
        "lambda_config.pre_token_generation_config.lambda_version",
        "V1_0",
        "Version 1 changes no access token: scopes are not taken away.",
    ),
    (
        "token-trigger-of-a-stranger",
        "lambda_config.pre_token_generation_config.lambda_arn",
        f"arn:aws:lambda:eu-west-2:{STRANGER}:function:claims",
        "A stranger decides tenant and role.",
    ),
    ("cheaper-tier", "user_pool_tier", "LITE", "Without this tier the trigger cannot change access tokens."),
    (
        "tenant-can-change",
        "schema.0.mutable",
        True,
        "A user can be moved to another tenant; and the pool must be replaced.",
    ),
):
    dangerous(name, "sign-in", why)(put(USER_POOL, path, value))
dangerous(
    "trigger-confirms-sign-ups", "sign-in", "A function confirms whoever signs up.", doubt="sign-up itself is closed"
)(
    lambda document: pick(document, USER_POOL)[1]["lambda_config"].update(
        pre_sign_up=reference("aws_lambda_alias", pick(document, "aws_lambda_alias")[0], "arn")
    )
)
dangerous("trigger-migrates-users", "sign-in", "A function sees passwords in clear and makes users.")(
    lambda document: pick(document, USER_POOL)[1]["lambda_config"].update(
        user_migration=f"arn:aws:lambda:eu-west-2:{STRANGER}:function:migrate"
    )
)
dangerous("devices-skip-mfa", "sign-in", "A remembered device needs no second factor.")(
    put(
        USER_POOL,
        "device_configuration",
        {"challenge_required_on_new_device": True, "device_only_remembered_on_user_prompt": False},
        new=True,
    )
)
dangerous("sign-in-without-password", "sign-in", "A code by mail is enough.")(
    put(USER_POOL, "sign_in_policy", {"allowed_first_auth_factors": ["PASSWORD", "EMAIL_OTP"]}, new=True)
)
dangerous("mails-from-a-stranger", "sign-in", "Invitations with passwords go through a stranger's identity.")(
    put(
        USER_POOL,
        "email_configuration",
        {
            "email_sending_account": "DEVELOPER",
            "source_arn": f"arn:aws:ses:eu-west-2:{STRANGER}:identity/partner.example",
            "from_email_address": "no-reply@partner.example",
        },
        new=True,
    )
)
for name, path, value, why in (
    ("token-of-a-day", "access_token_validity", 1440, "A stolen token works for a day."),
    ("token-of-16-minutes", "access_token_validity", 16, "Longer is longer."),
    ("token-in-hours", "token_validity_units.0.access_token", "hours", "15 hours in place of 15 minutes."),
    ("token-units-unsaid", "token_validity_units", NOTHING, "The default unit is hours, for refresh tokens days."),
    ("refresh-in-days", "token_validity_units.0.refresh_token", "days", "24 days in place of 24 hours."),
    ("refresh-for-ten-years", "refresh_token_validity", 87600, "A stolen refresh token works for ten years."),
    ("id-token-of-a-day", "id_token_validity", 1440, "A stolen token works for a day."),
    ("implicit-flow", "allowed_oauth_flows", ["code", "implicit"], "Tokens in addresses."),
    ("machine-flow", "allowed_oauth_flows", ["client_credentials"], "Tokens without a user."),
    (
        "passwords-to-the-api",
        "explicit_auth_flows",
        ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
        "Passwords past the hosted pages.",
    ),
    (
        "srp-sign-in",
        "explicit_auth_flows",
        ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "Another way to sign in, past the hosted pages.",
    ),
    (
        "custom-sign-in",
        "explicit_auth_flows",
        ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH"],
        "A trigger decides who is signed in.",
    ),
    ("flows-unsaid", "explicit_auth_flows", NOTHING, "The default adds SRP and custom."),
    ("revocation-off", "enable_token_revocation", False, "Signing out ends nothing."),
    ("users-can-be-guessed", "prevent_user_existence_errors", "LEGACY", "The answer tells who is a patient."),
    ("users-can-be-guessed-unsaid", "prevent_user_existence_errors", NOTHING, "The default is LEGACY."),
    (
        "users-write-their-role",
        "write_attributes",
        lambda value: [*value, "custom:role"],
        "A patient makes himself administrator.",
    ),
    (
        "users-write-their-tenant",
        "write_attributes",
        lambda value: ["custom:tenantId", *value],
        "A patient moves to another tenant.",
    ),
    (
        "callback-of-a-stranger",
        "callback_urls",
        lambda value: [*value, "https://partner.example/callback"],
        "Codes go to a stranger.",
    ),
    (
        "callback-in-clear",
        "callback_urls",
        lambda value: [u.replace("https", "http") for u in value],
        "Codes travel in clear.",
    ),
    (
        "callback-of-a-laptop",
        "callback_urls",
        lambda value: [*value, "http://localhost:5173/signed-in"],
        "Whatever runs on a user's machine gets the code.",
    ),
    (
        "callback-of-an-app-scheme",
        "callback_urls",
        lambda value: [*value, "ffp://signed-in"],
        "Any app can claim the scheme.",
    ),
    (
        "scope-of-users-own-data",
        "allowed_oauth_scopes",
        lambda value: [*value, "aws.cognito.signin.user.admin"],
        "With it a user changes attributes and second factor by the API.",
    ),
    (
        "provider-google",
        "supported_identity_providers",
        lambda value: [*value, "Google"],
        "Another provider decides who is who, without our second factor.",
    ),
    (
        "logout-to-a-stranger",
        "logout_urls",
        lambda value: [*value, "https://partner.example"],
        "Users are led away after signing out.",
    ),
):
    dangerous(name, "sign-in", why, doubt="small" if name.startswith("logout") else "")(
        put(USER_POOL_CLIENT, path, value)
    )
