"""SQS queues and SNS topics: encrypted, and closed to plain HTTP."""

from modules.common import Condition, Context, Limit, PolicyDocument, Statement
from modules.encryption import Key
from modules.framework import Construct, SnsTopic, SnsTopicPolicy, SqsQueue, SqsQueuePolicy
from modules.groups import BindingError, FunctionGroup
from settings import Binding, PublishTo
from settings.bindings import upper

_FOURTEEN_DAYS = 14 * 24 * 3600


class Queue(Construct):
    """A queue for events that could not be handled. It keeps them for 14 days, the longest retention of SQS."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, name: str, key: Key) -> None:
        super().__init__(scope, id_)
        self._key = key
        self.name = context.name(name, Limit.QUEUE)
        self.arn = context.arn("sqs", self.name)
        self._queue = SqsQueue(
            self,
            "queue",
            name=self.name,
            kms_master_key_id=key.arn,
            kms_data_key_reuse_period_seconds=3600,
            message_retention_seconds=_FOURTEEN_DAYS,
            depends_on=[key.policy],
        )
        document = PolicyDocument(self, "access", [_deny_plain_http(self.arn, "sqs:*")])
        SqsQueuePolicy(self, "policy", queue_url=self._queue.url, policy=document.json)

    def statements_to_send(self) -> tuple[Statement, ...]:
        """The permissions that a role needs to send to the queue, including those on its key."""
        return (
            Statement("SendToFailures", ("sqs:SendMessage",), (self._queue.arn,)),
            self._key.use_through("SendToFailuresKey", "sqs", "kms:Decrypt", "kms:GenerateDataKey"),
        )

    @property
    def reference(self) -> str:
        return self._queue.arn


class Topic(Construct):
    """A topic to which roles of the account can publish, and services only after `admit_service`."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, name: str, key: Key, purpose: str) -> None:
        super().__init__(scope, id_)
        self._context = context
        self._key = key
        self._part = name
        self.name = context.name(name, Limit.TOPIC)
        self._topic = SnsTopic(
            self,
            "topic",
            name=self.name,
            display_name=purpose,
            kms_master_key_id=key.arn,
            depends_on=[key.policy],
        )
        self.arn: str = self._topic.arn  # read once: each access makes a new token, and statements are compared
        self._document = PolicyDocument(self, "access", [_deny_plain_http(self.arn, "sns:Publish")])
        SnsTopicPolicy(self, "policy", arn=self.arn, policy=self._document.json)

    def bind(self, binding: Binding, group: FunctionGroup) -> None:
        """Lets a group publish; the topic's ARN is in an environment variable."""
        if not isinstance(binding, PublishTo):
            raise BindingError(binding, self)
        group.grant(*self.statements_to_publish(), environment={f"{upper(self._part)}_TOPIC_ARN": self.arn})

    def statements_to_publish(self) -> tuple[Statement, ...]:
        """The permissions that a role needs to publish to the topic, including those on its key."""
        label = "".join(word.title() for word in self._part.split("-"))
        return (
            Statement(f"PublishTo{label}", ("sns:Publish",), (self.arn,)),
            self._key.use_through(f"PublishTo{label}Key", "sns", "kms:Decrypt", "kms:GenerateDataKey"),
        )

    def admit_service(self, sid: str, service: str, source_arn: str) -> None:
        """Lets a service publish, and use the key for it, on behalf of this account's resources under `source_arn`."""
        conditions = (
            Condition("StringEquals", "aws:SourceAccount", self._context.account_id),
            Condition("ArnLike", "aws:SourceArn", source_arn),
        )
        self._document.add(Statement(sid, ("sns:Publish",), (self.arn,), services=(service,), conditions=conditions))
        self._key.admit_service(f"{sid}Notify", service, ("kms:Decrypt", "kms:GenerateDataKey"), *conditions)


def _deny_plain_http(arn: str, action: str) -> Statement:
    return Statement(
        "DenyPlainHttp",
        (action,),
        (arn,),
        effect="Deny",
        accounts=("*",),
        conditions=(Condition("Bool", "aws:SecureTransport", "false"),),
    )
