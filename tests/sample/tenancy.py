"""Roles and scopes of the tests' application."""

from settings import Role, Scope, Tenancy

_OF_EVERYBODY = ("media.read", "notes.read", "notes.write", "profile.read", "profile.write")
_OF_SOME = ("media.write", "users.write")

TENANCY = Tenancy(
    scopes=(
        *(Scope(name=name, description=f"May {name}") for name in (*_OF_EVERYBODY, "media.write", "users.write")),
        Scope(name="records.read", description="May records.read", machines=True),
    ),
    roles=(
        Role(name="patient", scopes=_OF_EVERYBODY),
        Role(name="clinician", scopes=(*_OF_EVERYBODY, "media.write")),
        Role(name="administrator", scopes=(*_OF_EVERYBODY, *_OF_SOME)),
    ),
)
