"""The application of the tests: of each binding and each kind of resource as few as tell the cases apart."""

from typing import Any

from settings import (
    AdministerUsers,
    Allow,
    Application,
    Binding,
    BucketSettings,
    ConnectToDatabase,
    Consume,
    DataDomain,
    DeleteFromBucket,
    EmitTo,
    Folder,
    FunctionGroupSettings,
    FunctionSettings,
    Image,
    Invoke,
    ListBucket,
    PrepareDatabase,
    Public,
    PublishTo,
    Quota,
    Reach,
    ReadBucket,
    ReadSecret,
    RotateDatabaseUsers,
    Route,
    Schedule,
    SendTo,
    SignPlayback,
    TakeFromQuota,
    UploadMedia,
    Watch,
    Webhook,
    WithdrawInvitations,
    WriteBucket,
)
from tests.sample.media import MEDIA
from tests.sample.messages import BUSES, QUEUES, TOPICS
from tests.sample.secrets import PARTNER_SECRET, PLAYBACK_SECRET, SECRETS
from tests.sample.tenancy import TENANCY

HEALTH = FunctionSettings(
    name="health",
    description="Answers whether the platform is up",
    handler="health.handler",
    code=Folder(path="tests/sample/functions/health"),
    reserved_concurrency=3,
    memory_mb=128,
    timeout_seconds=3,
    routes=(
        Route(
            key="GET /api/health",
            public=Public(because="It answers whether the platform is up, reads no data, and takes none."),
            requests_per_second=10,
            burst=20,
        ),
    ),
)
WORK = Folder(path="tests/sample/functions/work")
WITH_DATABASE = Folder(path="tests/sample/functions/work", packages=("pg8000",))
ROTATION = Folder(path="library/functions/rotation", packages=("pg8000",))
PREPARATION = Folder(path="library/functions/database", includes=("tests/sample/migrations",), packages=("pg8000",))


def _function(
    name: str,
    *routes: Route,
    code: Folder = WITH_DATABASE,
    handler: str = "work.handler",
    reserved: int = 4,
    **more: Any,
) -> FunctionSettings:
    return FunctionSettings(
        name=name,
        description=f"The tests' {name}",
        handler=handler,
        code=code,
        reserved_concurrency=reserved,
        routes=routes,
        **more,
    )


def _group(name: str, *functions: FunctionSettings, bindings: tuple[Binding, ...] = ()) -> FunctionGroupSettings:
    return FunctionGroupSettings(name=name, functions=functions, bindings=bindings)


APPLICATION = Application(
    tenancy=TENANCY,
    token_group="token",
    public_routes=("GET /api/health", "POST /api/partner/events"),
    buckets=(
        BucketSettings(name="media", data=DataDomain.MEDIA, browser_uploads=True),
        BucketSettings(name="documents"),
    ),
    secrets=SECRETS,
    media=MEDIA,
    topics=TOPICS,
    queues=QUEUES,
    buses=BUSES,
    quotas=(
        Quota(name="notes", per_user=100, per_tenant=5_000),
        Quota(name="note-bytes", per_user=200_000, per_tenant=10_000_000),
        Quota(name="uploads", per_user=20, per_tenant=100),
    ),
    groups=(
        _group("health", HEALTH),
        _group(
            "profile",
            _function("get-profile", Route(key="GET /api/profile", scopes=("profile.read",)), reserved=5),
            _function("update-profile", Route(key="PUT /api/profile", scopes=("profile.write",))),
            bindings=(ConnectToDatabase(),),
        ),
        _group(
            "media-upload",
            _function(
                "create-upload",
                Route(key="POST /api/media", scopes=("media.write",), requests_per_second=5, burst=10),
            ),
            bindings=(ConnectToDatabase(), UploadMedia(), TakeFromQuota("uploads"), SendTo("entries")),
        ),
        _group(
            "media-playback",
            _function(
                "get-playback", Route(key="GET /api/media/{assetId}/playback", scopes=("media.read",)), memory_mb=512
            ),
            bindings=(
                ConnectToDatabase(),
                SignPlayback(PLAYBACK_SECRET),
                EmitTo("exercises", source="ffp.playback", types=("ExerciseFinished", "ExerciseMissed")),
            ),
        ),
        _group(
            "notes",
            _function("list-notes", Route(key="GET /api/notes", scopes=("notes.read",))),
            _function("create-note", Route(key="POST /api/notes", scopes=("notes.write",))),
            bindings=(ConnectToDatabase(), TakeFromQuota("notes"), TakeFromQuota("note-bytes")),
        ),
        _group(
            "reminders",
            _function(
                "send-reminders", timeout_seconds=120, reserved=1, schedule=Schedule(expression="rate(15 minutes)")
            ),
            bindings=(ConnectToDatabase(), PublishTo("reminders"), WriteBucket("documents")),
        ),
        _group(
            "administration",
            _function(
                "invite-user",
                Route(key="POST /api/users", scopes=("users.write",), requests_per_second=2, burst=5),
                code=WORK,
            ),
            bindings=(AdministerUsers(), SendTo("letters"), Invoke("hear-reminders")),
        ),
        _group(
            "hearing",
            _function("hear-reminders", code=WORK, asynchronous=True),
            bindings=(
                Allow(
                    actions=("states:StartExecution",),
                    resources=("arn:aws:states:{region}:{account}:stateMachine:{environment}-letters",),
                    because="Letters are printed by a process that another team runs in this account.",
                ),
                Allow(
                    actions=("aws-marketplace:ResolveCustomer",),
                    resources=("*",),
                    because="A buyer's registration token tells only Marketplace who the customer is.",
                ),
                Reach("api.example.com"),
            ),
        ),
        _group(
            "partner",
            _function(
                "receive-event",
                Route(
                    key="POST /api/partner/events",
                    public=Webhook(
                        signed_with=PARTNER_SECRET, because="The partner's servers call it and sign each event."
                    ),
                    requests_per_second=5,
                    burst=50,
                ),
                code=WORK,
                handler="receive_event.handler",
            ),
            bindings=(ReadSecret(PARTNER_SECRET),),
        ),
        _group(
            "media-arrival",
            _function("receive-upload", code=WORK, watches=(Watch(bucket="media", suffix=".mp4"),)),
            bindings=(ListBucket("documents", prefix="letters/"),),
        ),
        _group(
            "removals",
            _function(
                "note-removal",
                code=WORK,
                watches=(
                    Watch(bucket="media", suffix=".jpg", removed=True),
                    Watch(bucket="documents", prefix="letters/", created=False, removed=True),
                ),
            ),
            bindings=(DeleteFromBucket("documents", prefix="outbox/"),),
        ),
        _group(
            "letters",
            _function(
                "send-letter",
                code=Folder(path="tests/sample/functions/letters"),  # whose packages are its own
                handler="letters.handler",
                runtime="python3.12",
                architecture="x86_64",
                consumes=Consume(queue="letters", concurrency=2),
            ),
        ),
        _group(
            "records",
            _function(
                "list-records",
                Route(key="GET /api/records", scopes=("records.read",), requests_per_second=2, burst=5),
                handler="list_records.handler",
            ),
            bindings=(ConnectToDatabase(),),
        ),
        _group(
            "entries",
            _function("write-entry", consumes=Consume(queue="entries", only=('{"body": {"kind": ["note"]}}',))),
            bindings=(ConnectToDatabase(),),
        ),
        _group(
            "printing",
            FunctionSettings(
                name="print-letter",
                description="Prints a letter with a program that is no Python",
                code=Image(
                    repository="letters/printer",
                    digest=f"sha256:{'ab' * 32}",
                    because="The printer's own program is delivered as an image, with fonts of 400 MB.",
                    command=("print", "--quiet"),
                ),
                reserved_concurrency=2,
                memory_mb=1024,
                timeout_seconds=60,
                schedule=Schedule(expression="rate(1 hour)"),
            ),
            bindings=(ReadBucket("documents", prefix="printing/"),),
        ),
        _group(
            "invitations",
            _function(
                "withdraw-invitation", Route(key="POST /api/users/withdrawal", scopes=("users.write",)), code=WORK
            ),
            bindings=(WithdrawInvitations(),),
        ),
        _group(
            "token",
            _function(
                "add-claims",
                code=Folder(path="library/functions/token"),
                handler="add_claims.handler",
                timeout_seconds=5,
            ),
        ),
        _group(
            "database-preparation",
            _function(
                "prepare-database",
                code=PREPARATION,
                handler="prepare_database.handler",
                timeout_seconds=300,
                reserved=1,
            ),
            bindings=(PrepareDatabase(),),
        ),
        _group(
            "rotation",
            _function(
                "rotate-secret",
                code=ROTATION,
                handler="rotate_secret.handler",
                timeout_seconds=60,
                reserved=1,
                asynchronous=True,
            ),
            bindings=(RotateDatabaseUsers(),),
        ),
    ),
)
