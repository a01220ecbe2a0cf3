"""What the vocabulary does not have, by the words with which people ask for it: where it stands here, or that the
platform has no such kind of resource."""

# Whose names contain such a word, in lower case. The first that fits counts.
_KINDS = {
    "DynamoDB tables": ("dynamo", "table"),
    "WebSocket APIs": ("websocket",),
    "REST APIs": ("restapi",),
    "GraphQL APIs": ("graphql", "appsync"),
    "containers as services": ("ecs", "eks", "fargate", "container", "kubernetes", "apprunner", "loadbalancer"),
    "static sites": ("staticsite", "website", "webapp", "frontend"),
    "workflows of Step Functions": ("stepfunction", "statemachine", "workflow"),
    "streams": ("kinesis", "firehose", "stream", "kafka"),
    "caches": ("cache", "redis", "memcache", "valkey"),
    "search clusters": ("opensearch", "elasticsearch", "searchdomain"),
    "file systems": ("filesystem", "efs"),
    "message brokers": ("rabbit", "broker"),
    "data warehouses": ("redshift", "athena", "glue"),
}
# What serverless.yml and SAM have a word for, and these settings another one: what is here instead, and the remedy.
_HERE = {
    ("layer",): (
        "packages come with the code",
        "name them in `packages` of Folder or in a requirements.in in its folder, and shared folders in `includes`",
    ),
    ("authorizer", "authoriser"): (
        "every route demands a token of the user pool",
        "give the Route `scopes`, a machine a MachineClient, and a sender that signs a Webhook",
    ),
    ("apikey", "usageplan"): (
        "callers have tokens instead",
        "give each machine a MachineClient, and the Route a throttle",
    ),
    ("plugin", "webpack", "esbuild"): (
        "synthesis packs and bundles code itself",
        "leave it out: see docs/typescript.md",
    ),
    ("functionurl",): ("functions are called by routes of the API", "give the function a Route"),
    ("deadletter", "destination", "onfailure"): (
        "what cannot be handled waits in a queue with an alarm, which every queue and asynchronous function has",
        "leave it out: see docs/messages.md",
    ),
    ("policies", "policy", "statement", "iamrole", "executionrole"): (
        "a group's bindings say what its functions may do",
        "write `bindings`, and for calls of any other service Allow(…)",
    ),
    ("vpcconfig", "subnet", "securitygroup"): (
        "bindings decide whether a group is in the VPC",
        "leave it out; Reach(…) opens the way to a host outside",
    ),
    ("parameterstore", "ssmparameter"): (
        "values are variables or secrets",
        "write them into `environment`, or add a SecretSettings and bind with ReadSecret",
    ),
    ("eventsourcemapping", "sqsevent"): ("a function says what it consumes", "give it consumes=Consume(queue=…)"),
    ("visibilitytimeout",): (
        "a message stays hidden for as long as the consumer's timeout demands",
        "leave it out, and set timeout_seconds of the function that consumes",
    ),
    ("events", "trigger"): (
        "each kind of event has a setting of its own, such as `schedule`, `consumes` or a Route",
        "see docs/from-serverless.md for each",
    ),
}
GUIDE = "docs/extending.md"


def refusal(name: str) -> tuple[str, str] | None:
    """What is wrong with asking for `DynamoTable`, `ecs_service` or `Layer`, and the remedy; None for another name."""
    plain = name.lower().replace("_", "").replace("-", "")
    for words, here in _HERE.items():
        if any(word in plain for word in words):
            return here
    kind = next((kind for kind, words in _KINDS.items() if any(word in plain for word in words)), None)
    return (
        (f"{kind} are not supported", f"see {GUIDE} how to add a kind of resource, or leave it out") if kind else None
    )
