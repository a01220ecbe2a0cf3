"""Applications that have nothing in common with the sample but the library: other names, and less.

Each is an environment of its name with production's settings, so that what holds for any application is asked of it.
"""

from dataclasses import replace
from typing import Any

from settings import (
    AdministerUsers,
    Application,
    Binding,
    BucketSettings,
    ConnectToDatabase,
    DatabaseUsers,
    DataDomain,
    Environment,
    Folder,
    FunctionGroupSettings,
    FunctionSettings,
    GeneratedKey,
    Lifetime,
    MediaKind,
    PrepareDatabase,
    Public,
    PublishTo,
    Quota,
    ReadBucket,
    ReadSecret,
    RenewedByPeople,
    Role,
    RotateDatabaseUsers,
    RotateKey,
    Route,
    Schedule,
    Scope,
    SecretSettings,
    SignPlayback,
    TakeFromQuota,
    Tenancy,
    ToMail,
    TopicSettings,
    UploadMedia,
    WriteBucket,
)
from tests.sample.environments import PROD

WORK = Folder(path="tests/sample/functions/work")
_WITH_DATABASE = Folder(path="tests/sample/functions/work", packages=("pg8000",))


def _group(name: str, *bindings: Binding, functions: tuple[FunctionSettings, ...]) -> FunctionGroupSettings:
    return FunctionGroupSettings(name=name, bindings=bindings, functions=functions)


def does(name: str, *routes: Route, code: Folder = _WITH_DATABASE, **more: Any) -> FunctionSettings:
    """A function that runs the work of the tests, unless `more` says something else."""
    settings = {"handler": "work.handler", "reserved_concurrency": 2, **more}
    return FunctionSettings(name=name, description=f"Does {name}", code=code, routes=routes, **settings)


def puts_claims() -> FunctionSettings:
    """The library's function that puts tenant and role into tokens."""
    code = Folder(path="library/functions/token")
    return does("put-claims", code=code, handler="add_claims.handler", timeout_seconds=4)


def prepares_database(migrations: str = "tests/sample/migrations") -> FunctionSettings:
    """The library's function that prepares a database with these migrations."""
    code = Folder(path="library/functions/database", includes=(migrations,), packages=("pg8000",))
    more = {"handler": "prepare_database.handler", "timeout_seconds": 300, "reserved_concurrency": 1}
    return does("migrate", code=code, **more)


def renews_secrets() -> FunctionSettings:
    """The library's function that Secrets Manager calls for a new value."""
    code = Folder(path="library/functions/rotation", packages=("pg8000",))
    more = {"handler": "rotate_secret.handler", "timeout_seconds": 60, "reserved_concurrency": 1}
    return does("renew", code=code, asynchronous=True, **more)


_SURGERY_SCOPES = ("bookings.read", "bookings.write", "staff.invite")
SURGERY = Application(
    tenancy=Tenancy(
        tenant="practiceId",
        role="duty",
        log_field="practice",
        database_setting="surgery.practice",
        media_prefix="scans",
        scopes=tuple(Scope(name=name, description=f"May {name}") for name in _SURGERY_SCOPES),
        roles=(
            Role(name="receptionist", scopes=_SURGERY_SCOPES[:2]),
            Role(name="partner", scopes=_SURGERY_SCOPES),
        ),
    ),
    token_group="sign-in",
    buckets=(BucketSettings(name="letters"),),
    secrets=(
        SecretSettings(name="surgery-users", description="Who logs in to the database", renewal=DatabaseUsers(days=20)),
        SecretSettings(name="fax-key", description="Signs what the fax gateway gets", renewal=GeneratedKey(days=60)),
    ),
    topics=(TopicSettings(name="recalls", subscribers=(ToMail(address="recalls@ffp.example"),)),),
    quotas=(Quota(name="bookings", per_user=30, per_tenant=900),),
    groups=(
        _group(
            "bookings",
            ConnectToDatabase(),
            TakeFromQuota("bookings"),
            WriteBucket("letters", prefix="sent/"),
            functions=(
                does("list-bookings", Route(key="GET /api/bookings", scopes=("bookings.read",))),
                does("book", Route(key="POST /api/bookings/{bookingId}", scopes=("bookings.write",))),
            ),
        ),
        _group(
            "recall",
            ConnectToDatabase(),
            ReadBucket("letters", prefix="sent/"),
            ReadSecret("fax-key"),
            PublishTo("recalls"),
            functions=(does("recall-patients", schedule=Schedule(expression="rate(1 day)"), timeout_seconds=60),),
        ),
        _group(
            "staff",
            AdministerUsers(),
            functions=(does("invite", Route(key="POST /api/staff", scopes=("staff.invite",)), code=WORK),),
        ),
        _group("schema", PrepareDatabase(), functions=(prepares_database(),)),
        _group("renewal", RotateDatabaseUsers(), RotateKey("fax-key"), functions=(renews_secrets(),)),
        _group("sign-in", functions=(puts_claims(),)),
    ),
)

_VIEWING_KEY = "viewing-key"
RADIOLOGY = replace(
    SURGERY,
    buckets=(*SURGERY.buckets, BucketSettings(name="images", data=DataDomain.MEDIA)),
    secrets=(
        *SURGERY.secrets,
        SecretSettings(
            name=_VIEWING_KEY,
            description="Private key that signs addresses of scans",
            renewal=RenewedByPeople(because="its public half is registered with CloudFront", every_months=3),
        ),
    ),
    media=(
        MediaKind(
            name="scan",
            content_type="image/png",
            file="scan.png",
            maximum_bytes=1024**2,
            lifetime=Lifetime(at_most_minutes=10),
        ),
    ),
    groups=(
        *SURGERY.groups,
        _group(
            "scans",
            UploadMedia(),
            SignPlayback(_VIEWING_KEY),
            functions=(does("open-scan", Route(key="GET /api/scans/{scanId}", scopes=("bookings.read",)), code=WORK),),
        ),
    ),
)

CALCULATOR = Application(
    tenancy=Tenancy(
        scopes=(Scope(name="sums.do", description="Do sums"),), roles=(Role(name="pupil", scopes=("sums.do",)),)
    ),
    token_group="tokens",
    public_routes=("GET /api/version",),
    groups=(
        _group(
            "sums",
            functions=(
                does("add", Route(key="POST /api/sums", scopes=("sums.do",)), code=WORK),
                does(
                    "version",
                    Route(
                        key="GET /api/version",
                        public=Public(because="It tells which release runs, and reads no data."),
                    ),
                    code=WORK,
                    reserved_concurrency=None,
                ),
            ),
        ),
        _group("tokens", functions=(puts_claims(),)),
    ),
)


def _in_production(name: str, application: Application) -> Environment:
    keys = PROD.distribution.playback_keys if application.media else ()
    return replace(
        PROD,
        name=name,
        application=application,
        distribution=replace(PROD.distribution, playback_keys=keys),
    )


ALL = {
    name: _in_production(name, application)
    for name, application in (("surgery", SURGERY), ("radiology", RADIOLOGY), ("calculator", CALCULATOR))
}
