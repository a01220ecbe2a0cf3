"""Ways in which code calls AWS, each with the actions that it needs."""

from tests.ffp.small_code import HANDLER

# The code of a handler's module, or of several by their names, with the actions that it needs.
PYTHON: dict[str, tuple[str | dict[str, str], set[str]]] = {
    "a client": ("import boto3\nSQS = boto3.client('sqs')\n" + HANDLER + "    SQS.send_message()", {"sqs:SendMessage"}),
    "a client where it is used": (
        "import boto3\n" + HANDLER + "    boto3.client('sns').publish()",
        {"sns:Publish"},
    ),
    "boto3 by another name": (
        "import boto3 as aws\n" + HANDLER + "    aws.client(service_name='sns').publish_batch()",
        {"sns:Publish"},
    ),
    "its function by another name": (
        "from boto3 import client as make\n" + HANDLER + "    make('stepfunctions').start_execution()",
        {"states:StartExecution"},
    ),
    "a session": (
        "import boto3\n" + HANDLER + "    session = boto3.Session()\n    session.client('events').put_events()",
        {"events:PutEvents"},
    ),
    "a paginator": (
        "import boto3\nS3 = boto3.client('s3')\n" + HANDLER + "    S3.get_paginator('list_objects_v2').paginate()",
        {"s3:ListBucket"},
    ),
    "a waiter": (
        "import boto3\nS3 = boto3.client('s3')\n" + HANDLER + "    S3.get_waiter('object_exists').wait()",
        {"s3:GetObject"},
    ),
    "a signed address": (
        "import boto3\nS3 = boto3.client('s3')\n"
        + HANDLER
        + "    S3.generate_presigned_url(ClientMethod='get_object')",
        {"s3:GetObject"},
    ),
    "a resource": (
        "import boto3\nT = boto3.resource('dynamodb').Table('t')\n" + HANDLER + "    T.put_item()",
        {"dynamodb:PutItem"},
    ),
    "a bucket's objects": (
        "import boto3\n"
        + HANDLER
        + "    for each in boto3.resource('s3').Bucket('b').objects.all():\n        each.delete()",
        {"s3:ListBucket", "s3:DeleteObject"},
    ),
    "a function that returns a client": (
        "import boto3\ndef make():\n    return boto3.client('sqs')\n" + HANDLER + "    make().send_message()",
        {"sqs:SendMessage"},
    ),
    "a client as an argument": (
        "import boto3\ndef use(queue):\n    queue.send_message_batch()\n" + HANDLER + "    use(boto3.client('sqs'))",
        {"sqs:SendMessage"},
    ),
    "an object that keeps a client": (
        "import boto3\nclass Mail:\n    def __init__(self):\n        self.ses = boto3.client('sesv2')\n"
        "    def send(self):\n        self.ses.send_email()\n" + HANDLER + "    Mail().send()",
        {"ses:SendEmail"},
    ),
    "another module": (
        {
            "main.py": "from parts.mail import send\n" + HANDLER + "    send()",
            "parts/mail.py": "from . import clients\ndef send():\n    clients.SNS.publish()",
            "parts/clients.py": "import boto3\nSNS = boto3.client('sns')",
            "parts/__init__.py": "",
        },
        {"sns:Publish"},
    ),
    "a function that nobody calls": (
        "import boto3\nSQS = boto3.client('sqs')\ndef unused():\n    SQS.purge_queue()\n" + HANDLER + "    pass",
        set(),
    ),
    "a method that is no operation": ("import boto3\n" + HANDLER + "    boto3.client('sqs').close()", set()),
    "an operation that needs no permission": (
        "import boto3\n" + HANDLER + "    boto3.client('sts').get_caller_identity()",
        set(),
    ),
    "something else that has such a method": (HANDLER + "    event.send_message()", set()),
    "a client that another module hands on": (
        {
            "main.py": "from clients import SQS\n" + HANDLER + "    SQS.send_message()",
            "clients/__init__.py": "from .made import SQS",
            "clients/made.py": "import boto3\nSQS = boto3.client('sqs')",
        },
        {"sqs:SendMessage"},
    ),
    "all names of a module": (
        {
            "main.py": "from clients import *\n" + HANDLER + "    SQS.send_message()",
            "clients.py": "import boto3\nSQS = boto3.client('sqs')",
        },
        {"sqs:SendMessage"},
    ),
    "two clients at once": (
        "import boto3\nS3, SQS = boto3.client('s3'), boto3.client('sqs')\n"
        + HANDLER
        + "    S3.put_object()\n    SQS.send_message()",
        {"s3:PutObject", "sqs:SendMessage"},
    ),
    "a default of a parameter": (
        "import boto3\nSQS = boto3.client('sqs')\ndef use(*, queue=SQS):\n    queue.send_message()\n"
        + HANDLER
        + "    use()",
        {"sqs:SendMessage"},
    ),
    "a property": (
        "import boto3\nfrom functools import cached_property\nclass Mail:\n    @cached_property\n    def ses(self):\n"
        "        return boto3.client('sesv2')\n    def get_account(self):\n        self.ses.send_email()\n"
        + HANDLER
        + "    Mail().get_account()",
        {"ses:SendEmail"},
    ),
    "a method that returns a client": (
        "import boto3\nclass Mail:\n    def ses(self):\n        return boto3.client('sesv2')\n    def send(self):\n"
        "        self.ses().send_email()\n" + HANDLER + "    Mail().send()",
        {"ses:SendEmail"},
    ),
    "an object that is given a client": (
        "import boto3\nclass Mail:\n    def __init__(self, ses):\n        self._ses = ses\n    def send(self):\n"
        "        self._ses.send_email()\n" + HANDLER + "    Mail(boto3.client('sesv2')).send()",
        {"ses:SendEmail"},
    ),
    "a field that is given a client": (
        "import boto3\nfrom dataclasses import dataclass\n@dataclass\nclass Mail:\n    sender: str\n    ses: object\n"
        "    def send(self):\n        self.ses.send_email()\n"
        + HANDLER
        + "    Mail('a', ses=boto3.client('sesv2')).send()",
        {"ses:SendEmail"},
    ),
    "a base class that keeps a client": (
        {
            "main.py": "from base import Base\nclass Mail(Base):\n    def send(self):\n        self.ses.send_email()\n"
            + HANDLER
            + "    Mail().send()",
            "base.py": "import boto3\nclass Base:\n    def __init__(self):\n        self.ses = boto3.client('sesv2')",
        },
        {"ses:SendEmail"},
    ),
    "a function that makes any client": (
        "import boto3\ndef make(service):\n    return boto3.client(service)\n"
        + HANDLER
        + "    make('sqs').send_message()",
        {"sqs:SendMessage"},
    ),
    "objects that keep other clients under the same name": (
        "import boto3\nclass Queue:\n    def __init__(self):\n        self.client = boto3.client('sqs')\n"
        "class Topic:\n    def __init__(self):\n        self.client = boto3.client('sns')\n"
        + HANDLER
        + "    Queue(), Topic()\n    event.client.publish()",
        set(),
    ),
}
TYPESCRIPT: dict[str, tuple[str | dict[str, str], set[str]]] = {
    "a command": (
        'import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";\nnew SendMessageCommand({})',
        {"sqs:SendMessage"},
    ),
    "a command by another name": (
        'import { PublishCommand as Publish } from "@aws-sdk/client-sns";\nnew Publish({})',
        {"sns:Publish"},
    ),
    "a whole package": (
        'import * as sfn from "@aws-sdk/client-sfn";\nnew sfn.StartExecutionCommand({})',
        {"states:StartExecution"},
    ),
    "a required package": (
        "const { ResolveCustomerCommand: Ask } = require('@aws-sdk/client-marketplace-metering');\nnew Ask({})",
        {"aws-marketplace:ResolveCustomer"},
    ),
    "a paginator": (
        'import { paginateListObjectsV2 } from "@aws-sdk/client-s3";\npaginateListObjectsV2({}, {})',
        {"s3:ListBucket"},
    ),
    "a client with all methods": (
        'import { SecretsManager } from "@aws-sdk/client-secrets-manager";\n'
        "const manager = new SecretsManager({});\nmanager.getSecretValue({})",
        {"secretsmanager:GetSecretValue"},
    ),
    "the client of documents": (
        'import { PutCommand } from "@aws-sdk/lib-dynamodb";\nnew PutCommand({})',
        {"dynamodb:PutItem"},
    ),
    "another file": (
        {"main.ts": 'import { send } from "./parts/mail.js";', "parts/mail.ts": 'export * from "./ses";'}
        | {"parts/ses.ts": 'import { SendEmailCommand } from "@aws-sdk/client-sesv2";\nnew SendEmailCommand({})'},
        {"ses:SendEmail"},
    ),
    "a package that a file hands on": (
        {
            "main.ts": 'import { PutObjectCommand as Put } from "./aws";\nnew Put({})',
            "aws.ts": 'export { PutObjectCommand } from "@aws-sdk/client-s3";\nexport const other = 1;',
        },
        {"s3:PutObject"},
    ),
    "a package that a file hands on as a whole": (
        {
            "main.ts": 'import { PutObjectCommand } from "./aws";\nnew PutObjectCommand({})',
            "aws.ts": 'export * from "@aws-sdk/client-s3";',
        },
        {"s3:PutObject"},
    ),
    "a command of our own": (
        {
            "main.ts": 'import { PutObjectCommand } from "./own";\nnew PutObjectCommand({})',
            "own.ts": "export class PutObjectCommand {}",
        },
        set(),
    ),
    "a client of another file": (
        {
            "main.ts": 'import { queue } from "./aws";\nqueue.sendMessage({})',
            "aws.ts": 'import { SQS } from "@aws-sdk/client-sqs";\nexport const queue = new SQS({});',
        },
        {"sqs:SendMessage"},
    ),
    "clients of other files under the same name": (
        {
            "main.ts": 'import "./queue";\nimport "./topic";\nclient.publish({})',
            "queue.ts": 'import { SQS } from "@aws-sdk/client-sqs";\nconst client = new SQS({});',
            "topic.ts": 'import { SNS } from "@aws-sdk/client-sns";\nconst client = new SNS({});',
        },
        set(),
    ),
    "a field": (
        'import { SQS } from "@aws-sdk/client-sqs";\nclass Queue {\n  private sqs?: SQS | undefined;\n'
        "  send() { this.sqs ??= new SQS({}); return this.sqs.sendMessage({}); }\n}",
        {"sqs:SendMessage"},
    ),
    "a waiter": (
        'import { waitUntilObjectExists } from "@aws-sdk/client-s3";\nwaitUntilObjectExists({}, {})',
        {"s3:GetObject"},
    ),
    "a signed form": (
        'import { createPresignedPost } from "@aws-sdk/s3-presigned-post";\ncreatePresignedPost(client, {})',
        {"s3:PutObject"},
    ),
    "the client of documents with all methods": (
        'import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";\nconst documents = DynamoDBDocument.from(client);\n'
        "documents.put({})",
        {"dynamodb:PutItem"},
    ),
    "a comment": (
        'import { SendMessageCommand } from "@aws-sdk/client-sqs";\n// new SendMessageCommand({})\n/* new\nSend */',
        set(),
    ),
    "a type": ('import type { SendMessageCommand } from "@aws-sdk/client-sqs";\nlet a: SendMessageCommand;', set()),
}
