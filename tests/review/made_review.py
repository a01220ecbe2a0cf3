"""Made-up reviews: a small one, one as production's would be, a large one, and one of hostile values."""

from dataclasses import replace

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.report import Mark, Picture, Review, Row, Section, Silenced, Table

BUCKET, POOL, ROLE = "aws_s3_bucket.media_bucket", "aws_cognito_user_pool.users", "aws_iam_role.upload_role"
ROUTE, ALARM = "aws_apigatewayv2_route.notes_route", "aws_cloudwatch_metric_alarm.errors"
DATABASE = "aws_db_instance.database"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="120" viewBox="0 0 640 120">'
    '<title id="title">drawn</title>'
    "<style>\ntext { fill: #1f2933; }\n.paper { fill: #ffffff; }\n"
    "@media (prefers-color-scheme: dark) {\ntext { fill: #e6edf3; }\n.paper { fill: #161b22; }\n}\n</style>"
    '<rect class="paper" width="640" height="120"/><text id="title2" x="20" y="60">function</text></svg>'
)

LOST = Concern(
    Grade.RED,
    Topic.LOSS,
    POOL,
    "The user pool users is replaced, and every account in it is lost",
    'schema "role": mutable',
    'schema "role": immutable',
    "Users cannot be exported with their passwords. Keep the schema as it is, or move the users to a second pool.",
)
EXPOSED = Concern(
    Grade.RED,
    Topic.EXPOSURE,
    ROUTE,
    "GET /notes answers without a token",
    "JWT of the user pool users, scope notes/read",
    "nobody is asked",
    "Anybody on the internet reads what this route returns. Give the route its authoriser again.",
)
SHORTER = Concern(
    Grade.RED,
    Topic.RECOVERY,
    DATABASE,
    "The database can be restored to 1 day instead of 35",
    "35 days",
    "1 day",
    "A fault that is found after the weekend can then no longer be undone.",
)
WIDER = Concern(
    Grade.AMBER,
    Topic.ACCESS,
    ROLE,
    "The role upload may list the media bucket",
    "",
    "s3:ListBucket on arn:aws:s3:::prod-ffp-media-111111111111",
    "Names of files can tell who uploads what.",
)
MUTED = Concern(
    Grade.AMBER, Topic.WATCHING, ALARM, "The alarm errors waits for 5 failures instead of 1", "1 of 1", "5 of 5"
)

SMALL = Review(
    environment="dev",
    before="main at 1f2e3d4",
    after="the working tree",
    concerns=(),
    silenced=(),
    unknowns=(),
    sections=(
        Section(
            "changes",
            "What changes",
            "One function gets more memory.",
            (
                Table(
                    "Lambda",
                    ("Resource", "What", "Before", "After"),
                    (
                        Row(
                            ("notes", "memory", "256 MB", "512 MB"),
                            Mark.CHANGED,
                            address="aws_lambda_function.notes",
                        ),
                    ),
                    code=("Before", "After"),
                ),
            ),
        ),
    ),
    sources={"aws_lambda_function.notes": "modules/functions/function.py:88"},
)

_ACCESS = Table(
    "What roles may do",
    ("Who", "Action", "Resource", "Condition"),
    (
        Row(
            ("upload", "s3:ListBucket", "arn:aws:s3:::prod-ffp-media-111111111111", ""),
            Mark.ADDED,
            Grade.AMBER,
            ROLE,
            "List: returns some or all of the objects in a bucket.",
        ),
        Row(
            ("upload", "s3:PutObject", "arn:aws:s3:::prod-ffp-media-111111111111/*", "s3:x-amz-acl = private"),
            Mark.CHANGED,
            address=ROLE,
            details="before: no condition\nafter: s3:x-amz-acl = private",
        ),
        Row(
            ("rotation", "secretsmanager:PutSecretValue", "${aws_secretsmanager_secret.signing.arn}", ""), Mark.REMOVED
        ),
        *(
            Row(
                (
                    f"group-{number}",
                    "logs:PutLogEvents",
                    f"arn:aws:logs:eu-west-2:111111111111:log-group:/g/{number}",
                    "",
                ),
                address=f"aws_iam_role.group_{number}",
            )
            for number in range(24)
        ),
    ),
    code=("Action", "Resource", "Condition"),
    note="Wildcards are expanded. Permissions of AWS's own service roles are not listed.",
)
_ROUTES = Table(
    "Routes",
    ("Route", "Authoriser", "Scopes", "Throttle"),
    (
        Row(("GET /notes", "none", "", "50/s"), Mark.CHANGED, Grade.RED, ROUTE),
        Row(("POST /notes", "JWT of users", "notes/write", "50/s"), address="aws_apigatewayv2_route.post_notes"),
        Row(("GET /health", "none", "", "10/s"), address="aws_apigatewayv2_route.health"),
    ),
    code=("Route", "Scopes"),
)
_PUBLIC = Table("What is public", ("What", "How"), (), if_empty="Nothing that this change touches is public.")
_CHANGES = Table(
    "Cognito",
    ("Resource", "What", "Reason"),
    (
        Row(("users", "is replaced", "schema cannot be changed in place"), Mark.CHANGED, Grade.RED, POOL),
        Row((DATABASE, "backups: 35 to 1 day", ""), Mark.CHANGED, Grade.RED, DATABASE),
        Row((ALARM, "evaluation periods: 1 to 5", ""), Mark.CHANGED, Grade.AMBER, ALARM),
    ),
)
PRODUCTION = Review(
    environment="prod",
    before="main at 1f2e3d4 (merge base)",
    after="branch faster-sign-in at 9a8b7c6, with a saved plan",
    concerns=(LOST, EXPOSED, SHORTER, WIDER, MUTED),
    silenced=(
        Silenced(
            Concern(Grade.RED, Topic.EXPOSURE, BUCKET, "The bucket media admits uploads from any origin", "", "*"),
            "the old player needs it until it is gone",
            "2027-01-31",
        ),
    ),
    unknowns=(
        "data.aws_iam_policy_document.upload: known after apply in the plan; judged from the JSON",
        "aws_iam_role.partner: its boundary is a policy of another stack",
    ),
    sections=(
        Section(
            "access",
            "Access",
            "One permission is new, one is narrower, one is gone. 24 stay as they are.",
            (_ACCESS,),
        ),
        Section(
            "network",
            "Network and front door",
            "One of three routes lost its authoriser.",
            (_ROUTES, _PUBLIC),
            (Picture("What can open a connection to what", SVG, "The functions reach the database on port 5432."),),
        ),
        Section("watching", "Watching", "All 63 alarms still notify somebody.", ()),
        Section("changes", "What changes", "Three resources change; one of them is replaced.", (_CHANGES,)),
    ),
    sources={
        ROUTE: "modules/api/routes.py:61",
        POOL: "modules/identity/user_pool.py:40",
        ROLE: "modules/groups/role.py:33",
        DATABASE: "modules/database/instance.py:72",
        BUCKET: "modules/storage/bucket.py:45",
    },
)

NASTY = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    "\"' onmouseover=document.title='owned' x='",
    "</style></title></svg><style>body{display:none}</style>",
    "{{ 7 * 7 }} {% raw %}",
    "`code` ``more`` | pipe || \\| \\",
    "@everybody and someone@example.com, see #123, GH-45, owner/repo#6 and https://evil.example/x www.evil.example",
    "[link](https://evil.example) ![image](https://evil.example/x.png) <https://evil.example>",
    "<!-- ffp review prod --> <!-- --> --> <details><summary>gone</summary></details>",
    "first\n\n# heading\n\n- [ ] task\n\n```\nfence\n",
    "abc\u202egnp.exe\u202c \u200bzero\u2066",
    "nul\x00 bell\x07 escape\x1b[31m lone \ud800 surrogate \ufeff",
    "שלום ${aws_kms_key.key.arn}:${aws_kms_key.key.id} $x$ :tada: ~~struck~~ *bold* _it_",
    "x" * 100_000,
    "",
)


def hostile() -> Review:
    """Every text of a review is hostile in turn."""
    concerns = tuple(
        Concern(grade, Topic.EXPOSURE, f"aws_s3_bucket.b{place}{text[:200]}", text or "empty", text, text, text)
        for place, text in enumerate(NASTY)
        for grade in Grade
    )
    rows = tuple(
        Row((text, text, text), mark, Grade.RED, f"aws_s3_bucket.b{place}{text[:200]}", text)
        for place, text in enumerate(NASTY)
        for mark in Mark
    )
    table = Table(NASTY[0], ("First", NASTY[1], NASTY[5]), rows, ("First",), NASTY[3], NASTY[2])
    picture = Picture(
        NASTY[0], SVG.replace("function", "&lt;script&gt;").replace("<rect", "<script>1</script><rect"), NASTY[3]
    )
    return replace(
        PRODUCTION,
        before=NASTY[6],
        after=NASTY[10],
        concerns=concerns,
        silenced=tuple(Silenced(each, NASTY[8], NASTY[0]) for each in concerns[:6]),
        unknowns=NASTY,
        sections=(Section("access", NASTY[7], NASTY[6], (table,), (picture, picture)),),
        sources={each.address: f"modules/{NASTY[2]}/{NASTY[0]}.py:12" for each in concerns},
    )


def large(resources: int = 1_000, rows: int = 2_000, red: int = 40, changed: int = 200) -> Review:
    """As many rows about so many resources: the first of them changed, and the red concerns are about the first."""
    addresses = [f"aws_lambda_function.group_{number % 40}_function_{number}" for number in range(resources)]
    actions = ("s3:GetObject", "sqs:SendMessage", "secretsmanager:GetSecretValue", "kms:Decrypt")

    def row(number: int) -> Row:
        address = addresses[number % resources]
        cells = (
            f"group-{number % 40}",
            actions[number % 4],
            f"arn:aws:lambda:eu-west-2:111111111111:function:prod-ffp-function-{number}",
            f"aws:SourceAccount = {111111111111 + number}",
        )
        grade = Grade.RED if number < red else None
        details = f"before: nothing\nafter: {actions[number % 4]} on function {number}" if number < changed else ""
        return Row(cells, Mark.ADDED if number < changed else Mark.SAME, grade, address, details)

    columns = ("Who", "Action", "Resource", "Condition")
    each = max(rows // 8, 1)
    tables = [
        Table(f"Part {part}", columns, tuple(map(row, range(part * each, (part + 1) * each))), columns[1:])
        for part in range(8)
    ]
    sections = tuple(
        Section(id_, id_.capitalize(), f"What the {id_} section says.", tuple(tables[place * 2 : place * 2 + 2]))
        for place, id_ in enumerate(("access", "network", "watching", "changes"))
    )
    concerns = tuple(
        Concern(
            Grade.RED,
            list(Topic)[number % len(Topic)],
            addresses[number % resources],
            f"Function {number} can be called by anybody on the internet",
            "nobody outside the account",
            "everybody",
            "Give the permission its source again, or remove it.",
        )
        for number in range(red)
    )
    return Review(
        "prod",
        "main at 1f2e3d4",
        "9a8b7c6",
        tuple(sorted(concerns, key=lambda each: list(Topic).index(each.topic))),
        (),
        (),
        sections,
        {address: f"modules/functions/function.py:{number}" for number, address in enumerate(addresses)},
    )
