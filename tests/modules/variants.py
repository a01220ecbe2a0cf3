"""Settings that nobody ships, each of which shows several choices at once: a synthesis costs a second."""

from dataclasses import replace

from settings import (
    AdministerUsers,
    Allow,
    ApiName,
    Binding,
    BucketSettings,
    ConnectToDatabase,
    Consume,
    DataDomain,
    DeleteFromBucket,
    Domain,
    EmitTo,
    Environment,
    EventBusSettings,
    EventRule,
    ExportUsers,
    FindUsers,
    Folder,
    FunctionGroupSettings,
    FunctionSettings,
    GeneratedKey,
    Invoke,
    ListBucket,
    MalwareScan,
    MutualTls,
    PrepareDatabase,
    ProvisionedConcurrencySettings,
    PublishTo,
    QueueSettings,
    Reach,
    ReadBucket,
    ReadSecret,
    ReceiveMedia,
    RecoverySettings,
    RotateDatabaseUsers,
    RotateKey,
    Route,
    S3Object,
    Schedule,
    SendMail,
    SendTo,
    SesIdentity,
    SignPlayback,
    TopicSettings,
    ToQueue,
    TrustStore,
    UploadMedia,
    WebClient,
    WithdrawInvitations,
    WriteBucket,
    problems_of,
)
from tests.sample.secrets import DATABASE_SECRET, PARTNER_SECRET, PLAYBACK_SECRET
from tests.settings.changed import (
    PROD,
    PUBLIC,
    area,
    function,
    function_of,
    group,
    secret,
    without_group,
    without_secret,
)

SES = SesIdentity(arn="arn:aws:ses:eu-west-2:333333333333:identity/ffp.example", sender="sign-in@mail.ffp.example")
API_NAME = ApiName(
    name="api.app.ffp.example",
    certificate_arn=f"arn:aws:acm:eu-west-2:{PROD.account_id}:certificate/{'1' * 8}-1111-4111-8111-{'1' * 12}",
)
ADMINISTRATION = WebClient(
    name="administration",
    callback_urls=("https://admin.ffp.example/signed-in",),
    logout_urls=("https://admin.ffp.example/",),
    origins=("https://admin.ffp.example", PROD.web_origin),
    scopes=("users.write",),
    access_token_minutes=5,
    refresh_token_hours=8,
)
FINISHED = EventRule(name="finished", pattern='{"detail-type": ["ExerciseFinished"]}', to=(ToQueue(queue="letters"),))
_HEALTH = Folder(path="tests/sample/functions/health")
KEY_SECRET = "webhook-key"

# Each group has one binding and is named after it; `nothing` has none.
BINDINGS: dict[str, Binding] = {
    "connects": ConnectToDatabase(),
    "database-preparation": PrepareDatabase(),
    "rotation": RotateDatabaseUsers(),
    "reads-bucket": ReadBucket("media", prefix="media/"),
    "writes-bucket": WriteBucket("media", prefix="media/"),
    "lists-bucket": ListBucket("media", prefix="media/"),
    "deletes-from-bucket": DeleteFromBucket("media", prefix="media/"),
    "uploads-media": UploadMedia(),
    "receives-media": ReceiveMedia(),
    "reads-secret": ReadSecret(PLAYBACK_SECRET),
    "publishes": PublishTo("reminders"),
    "sends": SendTo("letters"),
    "emits": EmitTo("exercises"),
    "invokes": Invoke("consumes"),
    "administers": AdministerUsers(),
    "finds": FindUsers(),
    "mails": SendMail(),
    "exports": ExportUsers(),
    "withdraws": WithdrawInvitations(),
    "signs": SignPlayback(PLAYBACK_SECRET),
    "allows": Allow(
        actions=("states:StartExecution", "states:StartSyncExecution"),
        resources=("arn:aws:states:{region}:{account}:stateMachine:{environment}-letters",),
        because="Letters are printed by a process that another team runs in this account.",
    ),
    "reaches": Reach("api.example.com"),
    "allows-on-all": Allow(
        actions=("aws-marketplace:ResolveCustomer",),
        resources=("*",),
        because="A buyer's registration token tells only Marketplace who the customer is.",
    ),
}


def _lone(
    name: str, *bindings: Binding, reserved: int | None = 1, consumes: Consume | None = None
) -> FunctionGroupSettings:
    function = FunctionSettings(
        name=name,
        description="A function of the tests",
        handler="health.handler",
        code=_HEALTH,
        timeout_seconds=5,  # one of them is the token trigger
        reserved_concurrency=reserved,
        consumes=consumes,
    )
    return FunctionGroupSettings(name=name, functions=(function,), bindings=bindings)


def one_binding_each() -> Environment:
    """A group for each binding, one that consumes, one with neither; no route, no upload from browsers, no export."""
    groups = (
        _lone("nothing"),
        _lone("consumes", reserved=2, consumes=Consume(queue="letters")),
        *(_lone(name, binding) for name, binding in BINDINGS.items()),
    )
    settings = replace(
        area("identity", mail=SES),
        application=replace(
            PROD.application,
            groups=groups,
            topics=(TopicSettings(name="reminders", subscribers=(ToQueue(queue="letters"),)),),
            queues=(QueueSettings(name="letters"),),
            buses=(EventBusSettings(name="exercises", event_rules=(FINISHED,)),),
            buckets=(BucketSettings(name="media", data=DataDomain.MEDIA),),
            secrets=tuple(each for each in PROD.application.secrets if each.name != PARTNER_SECRET),
            token_group="nothing",
            public_routes=(),
        ),
        recovery=RecoverySettings(users_export=None),
    )
    # Which production may not have, so that its own binding stays free for a group of the tests.
    tolerated = ("recovery.users_export",)
    problems = [
        each for each in problems_of(settings) if each.field not in tolerated and "exports users" not in each.limit
    ]
    assert not problems, problems
    return settings


def closed() -> Environment:
    """No way out but endpoints; every domain has its own key; a group in the VPC that uses everything."""
    everything = (
        ConnectToDatabase(),
        ReadBucket("media", prefix="a/"),
        ReadBucket("media", prefix="b/"),
        ReadSecret(PLAYBACK_SECRET),
        SignPlayback(PLAYBACK_SECRET),
        PublishTo("reminders"),
        SendTo("entries"),
        EmitTo("exercises"),
        Invoke("get-profile"),
    )
    settings = group("notes", PROD, bindings=everything)
    settings = area(
        "network",
        settings,
        egress="none",
        endpoints=("events", "lambda", "secretsmanager", "sns", "sqs"),
        endpoint_zones=2,
    )
    return _sound(area("encryption", settings, own_key=tuple(DataDomain)))


def gateway() -> Environment:
    """One NAT gateway, a hosted zone, a name of the API, code built elsewhere, a key, few alarms, 5.100, disposable."""
    code = S3Object(bucket="builds", key="health.zip", sha256_base64="A" * 43 + "=")
    settings = replace(
        function("health", PROD, code=code),
        domain=Domain(name="app.ffp.example", hosted_zone_id="Z0123456789ABC"),
        holds_patient_data=False,
        disposable=True,
        provider_release="5.100.0",
    )
    settings = secret(settings, name=KEY_SECRET, renewal=GeneratedKey(days=90, length_bytes=64))
    settings = group("rotation", settings, bindings=(RotateDatabaseUsers(), RotateKey(KEY_SECRET)))
    settings = area("network", settings, egress="nat_gateway")
    settings = area("api", settings, own_name=API_NAME)
    settings = area("monitoring", settings, function_alarms=False, database_alarms=False, api_alarms=False)
    return _sound(area("distribution", settings, waf=False))


def in_typescript() -> Environment:
    """A function in TypeScript among others in Python."""
    code = Folder(path="tests/sample/functions/greeting")
    return _sound(function("health", PROD, code=code, handler="src/greet.main", runtime="nodejs22.x"))


def by_iam() -> Environment:
    """IAM authentication behind a proxy, three zones with a gateway each, no insights and no enhanced monitoring."""
    settings = replace(without_group("rotation"), holds_patient_data=False)
    settings = area("network", settings, egress="nat_gateway_per_zone", zones=("a", "b", "c"))
    settings = without_secret(DATABASE_SECRET, settings)
    return _sound(
        area(
            "database",
            settings,
            authentication="iam",
            proxy=True,
            instance_class="db.t4g.small",
            max_connections=120,
            performance_insights=False,
            enhanced_monitoring_seconds=0,
        )
    )


def warm() -> Environment:
    """Provisioned concurrency with and without hours, two asynchronous functions in a group, names at limits, SES, a
    second web client."""
    longest = 64 - len("prod-ffp-")
    settings = function("get-profile", provisioned_concurrency=ProvisionedConcurrencySettings(environments=2))
    settings = function(
        "update-profile",
        settings,
        provisioned_concurrency=ProvisionedConcurrencySettings(
            environments=3, scale_up="cron(0 7 * * ? *)", scale_down="cron(0 19 * * ? *)"
        ),
    )
    settings = group(
        "reminders",
        settings,
        functions=tuple(
            replace(
                function_of("send-reminders", settings),
                name=name * (longest - len("-schedule")),
                schedule=Schedule(expression="rate(1 hour)"),
            )
            for name in "rs"
        ),
    )
    settings = function("health", settings, name="h" * longest, routes=(Route(key="GET /api/health", public=PUBLIC),))
    return _sound(
        area("identity", settings, domain_prefix="d" * (63 - len("prod-")), mail=SES, more_clients=(ADMINISTRATION,))
    )


def scanned() -> Environment:
    """Two buckets that GuardDuty scans, of which one holds back what is not scanned."""
    scans = (MalwareScan(bucket="media"), MalwareScan(bucket="documents", holds_back=False))
    return _sound(area("storage", malware_scans=scans))


def mutual_tls() -> Environment:
    """An API that the distribution alone can reach, in a hosted zone of ours."""
    account = PROD.account_id
    certificate = f"certificate/{'1' * 8}-1111-4111-8111-{'1' * 12}"
    settings = replace(
        PROD, domain=Domain(name="app.ffp.example", hosted_zone_id="Z0123456789ABC"), provider_release="6.51.0"
    )
    return _sound(
        area(
            "api",
            settings,
            mutual_tls=MutualTls(
                name="api.app.ffp.example",
                certificate_arn=f"arn:aws:acm:eu-west-2:{account}:{certificate}",
                client_certificate_arn=f"arn:aws:acm:us-east-1:{account}:{certificate}",
                trust_store=TrustStore(bucket="authorities", key="api/authorities.pem", version="aVersionOfIt"),
            ),
        )
    )


ALL = {each.__name__: each for each in (one_binding_each, closed, gateway, by_iam, warm, scanned, mutual_tls)}


def _sound(settings: Environment) -> Environment:
    problems = problems_of(settings)
    assert problems == [], "\n".join(map(str, problems))
    return settings
