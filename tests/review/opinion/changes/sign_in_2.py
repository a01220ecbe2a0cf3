"""Changes of sign-in, part 2 of 2."""

from collections.abc import Callable

from tests.review.corpus.edit import Document, DoesNotApply
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add
from tests.review.opinion.finding import pick, reference
from tests.review.opinion.kinds import USER_POOL, USER_POOL_CLIENT
from tests.review.opinion.parts import has_variable, json_variable, token_function, variable


@dangerous("new-identity-provider", "sign-in", "Whoever controls that provider signs in as anybody.")
def new_identity_provider(document: Document) -> None:
    add(
        document,
        "aws_cognito_identity_provider",
        "partner",
        {
            "user_pool_id": reference(USER_POOL, pick(document, USER_POOL)[0]),
            "provider_name": "Partner",
            "provider_type": "OIDC",
            "provider_details": {
                "client_id": "ffp",
                "authorize_scopes": "openid",
                "oidc_issuer": "https://login.partner.example",
                "attributes_request_method": "GET",
            },
            "attribute_mapping": {"email": "email", "custom:tenantId": "tenant"},
        },
    )


@dangerous("new-client", "sign-in", "A second client with passwords, long tokens and no protection.")
def new_client(document: Document) -> None:
    add(
        document,
        USER_POOL_CLIENT,
        "mobile",
        {
            "name": "mobile",
            "user_pool_id": reference(USER_POOL, pick(document, USER_POOL)[0]),
            "explicit_auth_flows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "refresh_token_validity": 3650,
        },
    )


@dangerous("new-machine-client", "sign-in", "A client of machines with all scopes of administrators.")
def new_machine_client(document: Document) -> None:
    server, _ = pick(document, "aws_cognito_resource_server")
    add(
        document,
        USER_POOL_CLIENT,
        "batch",
        {
            "name": "batch",
            "user_pool_id": reference(USER_POOL, pick(document, USER_POOL)[0]),
            "generate_secret": True,
            "allowed_oauth_flows": ["client_credentials"],
            "allowed_oauth_flows_user_pool_client": True,
            "allowed_oauth_scopes": [reference("aws_cognito_resource_server", server, "identifier") + "/users.write"],
        },
    )


@dangerous("new-user", "sign-in", "A user with a fixed password from the code.")
def new_user(document: Document) -> None:
    add(
        document,
        "aws_cognito_user",
        "admin",
        {
            "user_pool_id": reference(USER_POOL, pick(document, USER_POOL)[0]),
            "username": "admin@ffp.example",
            "password": "Wq9#tL2vXz7!pR4m",
            "attributes": {"custom:role": "administrator", "custom:tenantId": "demo"},
        },
    )


def by_rights(roles: dict[str, list[str]]) -> list[list[str]]:
    """The scopes of each role, those of the role with most of them last: here patients, clinicians, administrators."""
    return sorted(roles.values(), key=len)


def one_scope_more(role: int, scope: int) -> Callable[[dict[str, list[str]]], None]:
    """Gives a role one of the scopes that only the last one has."""

    def change(value: dict[str, list[str]]) -> None:
        roles = by_rights(value)
        if len(roles) < 2:
            raise DoesNotApply("two roles")
        roles[role].append([each for each in roles[-1] if each not in roles[role]][scope])

    return change


dangerous("patients-may-invite", "sign-in", "The token trigger leaves patients an administrator's scope.")(
    json_variable("ROLE_SCOPES", one_scope_more(0, -1))
)
dangerous("clinicians-list-users", "sign-in", "The token trigger leaves clinicians one scope more.")(
    json_variable("ROLE_SCOPES", one_scope_more(-2, 0))
)
dangerous("new-role-with-all-scopes", "sign-in", "A role that nobody reviewed.")(
    json_variable("ROLE_SCOPES", lambda value: value.update(support=by_rights(value)[-1]))
)
dangerous("role-scopes-unsaid", "sign-in", "The trigger no longer knows what a role may do.")(
    lambda document: document["resource"]["aws_lambda_function"][token_function(document)]["environment"][
        "variables"
    ].pop("ROLE_SCOPES")
)
dangerous("tenant-from-another-claim", "access", "A claim that users can write decides the tenant.")(
    json_variable("TENANCY", lambda value: value.update(tenant="family_name"))
)
dangerous("role-from-another-claim", "access", "A claim that users can write decides the role.")(
    json_variable("TENANCY", lambda value: value.update(role="given_name"))
)
dangerous("tenant-setting-renamed", "access", "Row-level security reads another setting.")(
    json_variable("TENANCY", lambda value: value.update(setting="app.tenant"))
)
dangerous("tenant-prefix-empty", "access", "Media are no longer below the tenant's folder.")(
    json_variable("TENANCY", lambda value: value.update(media_prefix=""))
)
dangerous("one-more-role", "access", "Another role is accepted.")(
    json_variable("TENANCY", lambda value: value["roles"].append("superuser"))
)
dangerous("tenancy-of-one-function", "access", "One function reads the tenant from another claim.")(
    variable("TENANCY", lambda value: value.replace('"tenantId"', '"sub"', 1), has_variable("TENANCY"), new=False)
)
