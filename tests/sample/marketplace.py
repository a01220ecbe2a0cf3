"""A seller's subscriptions on a marketplace, as its owner would write them.

The marketplace is another account: it sends people to a form with a token, says through topics of its own who
subscribed, and takes what each customer used every hour. Support hears by mail.
"""

from settings import (
    Allow,
    Application,
    Binding,
    ConnectToDatabase,
    Consume,
    DatabaseUsers,
    FunctionGroupSettings,
    FunctionSettings,
    PrepareDatabase,
    Public,
    PublishTo,
    QueueSettings,
    Role,
    RotateDatabaseUsers,
    Route,
    Schedule,
    Scope,
    SecretSettings,
    SendMail,
    SendTo,
    Tenancy,
    ToMail,
    TopicOfOthers,
    TopicSettings,
)
from tests.sample.other import WORK, does, prepares_database, puts_claims, renews_secrets

_MARKETPLACE = "arn:aws:sns:us-east-1:287250355862"  # AWS Marketplace's own account


def _group(function: FunctionSettings, *bindings: Binding) -> FunctionGroupSettings:
    return FunctionGroupSettings(name=function.name, functions=(function,), bindings=bindings)


def _heard(what: str) -> QueueSettings:
    topic = TopicOfOthers(
        arn=f"{_MARKETPLACE}:aws-mp-{what}-notification-4rqyvwstkh9abcdefghijklmn",
        because=f"AWS Marketplace tells a seller there when a customer's {what} changes.",
    )
    return QueueSettings(name=f"{what}s", hears=(topic,))


APPLICATION = Application(
    tenancy=Tenancy(
        scopes=(Scope(name="customers.read", description="See the seller's customers"),),
        roles=(Role(name="seller", scopes=("customers.read",)),),
    ),
    token_group="tokens",
    public_routes=("POST /api/registrations",),
    secrets=(SecretSettings(name="database-users", description="Who logs in", renewal=DatabaseUsers(days=30)),),
    topics=(TopicSettings(name="support", subscribers=(ToMail(address="support@ffp.example"),)),),
    queues=(_heard("subscription"), _heard("entitlement"), QueueSettings(name="metering", fifo=True)),
    groups=(
        _group(
            does(
                "register-customer",
                Route(
                    key="POST /api/registrations",
                    public=Public(because="The marketplace sends buyers here with a token of its own."),
                    requests_per_second=5,
                    burst=10,
                ),
            ),
            ConnectToDatabase(),
            Allow(
                actions=("aws-marketplace:ResolveCustomer",),
                resources=("*",),
                because="The marketplace alone knows which customer a registration token belongs to.",
            ),
            SendMail(),
            PublishTo("support"),
        ),
        _group(
            does("list-customers", Route(key="GET /api/customers", scopes=("customers.read",))), ConnectToDatabase()
        ),
        _group(does("change-subscription", consumes=Consume(queue="subscriptions")), ConnectToDatabase()),
        _group(
            does("change-entitlement", consumes=Consume(queue="entitlements")),
            ConnectToDatabase(),
            Allow(
                actions=("aws-marketplace:GetEntitlements",),
                resources=("*",),
                because="A message says only that an entitlement changed; the marketplace says to what.",
            ),
        ),
        _group(
            does("count-usage", schedule=Schedule(expression="rate(1 hour)"), timeout_seconds=60),
            ConnectToDatabase(),
            SendTo("metering"),
        ),
        _group(
            does("report-usage", code=WORK, consumes=Consume(queue="metering")),
            Allow(
                actions=("aws-marketplace:BatchMeterUsage",),
                resources=("*",),
                because="The marketplace bills what we report of each customer's usage.",
            ),
        ),
        FunctionGroupSettings(name="schema", bindings=(PrepareDatabase(),), functions=(prepares_database(),)),
        FunctionGroupSettings(name="renewal", bindings=(RotateDatabaseUsers(),), functions=(renews_secrets(),)),
        FunctionGroupSettings(name="tokens", functions=(puts_claims(),)),
    ),
)
