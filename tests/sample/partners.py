"""Partners whose servers call ours and sign what they send: each form of signature, heard in either language."""

from settings import (
    Application,
    Folder,
    FunctionGroupSettings,
    FunctionSettings,
    ReadSecret,
    RenewedByPeople,
    Role,
    Route,
    Scope,
    SecretSettings,
    Tenancy,
    Webhook,
)
from tests.sample.other import puts_claims

FORMS = ("standard", "stripe", "github")
RUNTIMES = {"python": "python3.13", "typescript": "nodejs22.x"}


def path(language: str, form: str) -> str:
    """Where a partner's requests arrive."""
    return f"/api/{language}/{form}"


def function_name(language: str, form: str) -> str:
    """Whose log tells what became of them."""
    return f"{language}-{form}"


def _function(language: str, form: str) -> FunctionSettings:
    return FunctionSettings(
        name=function_name(language, form),
        description=f"Receives what a partner signs in the form {form}",
        handler=f"receive.{form}",
        code=Folder(path=f"tests/sample/functions/partners/{language}"),
        runtime=RUNTIMES[language],
        routes=(
            Route(
                key=f"POST {path(language, form)}",
                public=Webhook(signed_with=form, because="The partner's servers call it and sign each event."),
                requests_per_second=50,
                burst=50,
            ),
        ),
    )


APPLICATION = Application(
    tenancy=Tenancy(
        scopes=(Scope(name="events.read", description="See events"),),
        roles=(Role(name="clerk", scopes=("events.read",)),),
    ),
    token_group="tokens",
    public_routes=tuple(f"POST {path(language, form)}" for language in RUNTIMES for form in FORMS),
    secrets=tuple(
        SecretSettings(
            name=form,
            description=f"What a partner signs with in the form {form}",
            renewal=RenewedByPeople(because="the partner's console has it too", every_months=12),
        )
        for form in FORMS
    ),
    groups=(
        *(
            FunctionGroupSettings(
                name=language,
                functions=tuple(_function(language, form) for form in FORMS),
                bindings=tuple(map(ReadSecret, FORMS)),
            )
            for language in RUNTIMES
        ),
        FunctionGroupSettings(name="tokens", functions=(puts_claims(),)),
    ),
)
