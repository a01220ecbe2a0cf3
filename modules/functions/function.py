"""One Lambda function, with its log group, an alias for its published version, and an on-failure queue (MAP-1)."""

from modules.common import Context, Limit, waive
from modules.encryption import IMAGES_OF_OTHERS, OTHER_ACCOUNTS, Key
from modules.framework import (
    Construct,
    LambdaAlias,
    LambdaFunction,
    LambdaFunctionEnvironment,
    LambdaFunctionEventInvokeConfig,
    LambdaFunctionEventInvokeConfigDestinationConfig,
    LambdaFunctionEventInvokeConfigDestinationConfigOnFailure,
    LambdaFunctionLoggingConfig,
    LambdaFunctionTracingConfig,
    LambdaPermission,
)
from modules.functions.consumer import consume
from modules.functions.packages import Packages
from modules.functions.provisioned_concurrency import ProvisionedConcurrency
from modules.functions.schedule import FunctionSchedule
from modules.groups import FunctionGroup
from modules.logs import LogGroup
from modules.messaging import BusRule, Messages, Queue, Topic
from settings import Folder, FunctionSettings, Image, S3Object
from settings.binding import upper
from settings.names import ALIAS

IMAGES = "FFP_SHAPE_4_4"  # the check that finds code in which nothing is read
NOT_READ = "Nothing in the image is read: its digest is fixed, and what is in it is decided where it is built. "
_WHY_UNSIGNED = {
    Folder: "The deploy role alone can change code, and it takes packages built from this repository, whose hashes are "
    "in the reviewed plan; a signing profile would sign in the same pipeline.",
    S3Object: "The deploy role alone can change code, and the settings name the hash of the package that was built "
    "elsewhere: another one shows in the next plan. Who may write its bucket is decided there.",
    Image: "Lambda knows signatures of packages, and none of images. The deploy role alone can change code, and the "
    "settings name the image's digest: another one shows in the next plan.",
}


class Function(Construct):
    """A function that callers can invoke only through its alias: deploying or rolling back moves the alias."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        group: FunctionGroup,
        logs_key: Key,
        messages_key: Key,
        configuration_key: Key,
        encrypt_code: bool,
        packages: Packages,
        messages: Messages,
        settings: FunctionSettings,
    ) -> None:
        super().__init__(scope, id_)
        self.settings = settings
        self._context = context
        self._messages_key = messages_key
        self._encrypt_code = encrypt_code
        self._packages = packages
        self.name = context.name(settings.name, Limit.FUNCTION)
        self.log_group = self._make_log_group(group, logs_key)
        self.failures = self._make_failure_queue(group) if settings.is_asynchronous else None
        self._function = self._make_function(group, configuration_key)
        self._waive_what_is_not_done(group)
        self._alias = LambdaAlias(
            self,
            "alias",
            name=ALIAS,
            description="What callers invoke",
            function_name=self._function.function_name,
            function_version=self._function.version,
            depends_on=group.live_after or None,
        )
        if self.failures is not None:
            self._keep_failures(self.failures)
            if settings.schedule is not None:
                FunctionSchedule(
                    self,
                    "schedule",
                    context=context,
                    alias_arn=self.alias_arn,
                    failures=self.failures,
                    key=messages_key,
                    settings=settings,
                    schedule=settings.schedule,
                )
        if settings.consumes is not None:
            consume(
                self,
                self._alias,
                messages.queues[settings.consumes.queue],
                settings.consumes,
                concurrency=settings.consumes.concurrency or settings.reserved_concurrency,
            )
        for topic, only in messages.heard_by(settings.name):
            self._hear(topic, only)
        for rule in messages.rules_for(settings.name):
            self._be_called_by(rule)
        if settings.provisioned_concurrency is not None:
            ProvisionedConcurrency(
                self,
                "warm",
                context=context,
                name=settings.name,
                alias=self._alias,
                settings=settings.provisioned_concurrency,
            )

    @property
    def alias_name(self) -> str:
        return self._alias.name

    @property
    def version(self) -> str:
        """The version that the alias points to; each change of code or settings publishes a new one."""
        return self._function.version

    @property
    def alias_arn(self) -> str:
        return self._alias.arn

    @property
    def invoke_arn(self) -> str:
        return self._alias.invoke_arn

    def allow_invoke(
        self, id_: str, service: str, source_arn: str, source_account: str | None = None
    ) -> LambdaPermission:
        """Lets one source of one service invoke the alias; the caller's resource must depend on this permission."""
        return LambdaPermission(
            self,
            id_,
            # The provider completes the name: another source replaces the permission, and for a while both exist.
            statement_id_prefix=f"{id_}-",
            action="lambda:InvokeFunction",
            function_name=self._function.function_name,
            qualifier=self._alias.name,
            principal=service,
            source_arn=source_arn,
            source_account=source_account,
        )

    def name_to(self, group: FunctionGroup) -> None:
        """Gives the functions of a group that calls this one the ARN of its alias, after which they are made."""
        group.grant(environment={f"{upper(self.settings.name)}_FUNCTION_ARN": self.alias_arn})

    def _hear(self, topic: Topic, only: str | None) -> None:
        permission = self.allow_invoke(f"hear-{topic.part}", "sns.amazonaws.com", topic.arn)
        topic.call(f"to-{self.settings.name}", self.alias_arn, permission, only=only)

    def _be_called_by(self, rule: BusRule) -> None:
        permission = self.allow_invoke(
            f"rule-{rule.bus_name}-{rule.settings.name}", "events.amazonaws.com", rule.arn, self._context.account_id
        )
        rule.call(self.settings.name, self.alias_arn, permission)

    def _make_log_group(self, group: FunctionGroup, key: Key) -> LogGroup:
        logs = LogGroup(
            self,
            "logs",
            context=self._context,
            name=self._context.log_group_name("lambda", self.settings.name),
            key=key,
            retention_days=group.settings.log_retention_days,
        )
        group.grant_logs(logs.arn)
        return logs

    def _make_failure_queue(self, group: FunctionGroup) -> Queue:
        queue = Queue(
            self,
            "failures",
            context=self._context,
            name=f"{self.settings.name}-failures",
            key=self._messages_key,
        )
        group.grant(*queue.statements_to_send())
        return queue

    def _make_function(self, group: FunctionGroup, key: Key) -> LambdaFunction:
        settings = self.settings
        key.admit_lambda_code()
        function = LambdaFunction(
            self,
            "function",
            function_name=self.name,
            description=settings.description,
            role=group.role_arn,
            architectures=[settings.architecture],
            memory_size=settings.memory_mb,
            timeout=settings.timeout_seconds,
            reserved_concurrent_executions=settings.reserved_concurrency,
            publish=True,
            kms_key_arn=key.arn,
            environment=LambdaFunctionEnvironment(
                variables={**_source_maps(settings), **group.environment, **settings.environment}
            ),
            logging_config=LambdaFunctionLoggingConfig(
                log_format="JSON",
                # A higher level drops the handlers' lines; a lower one logs what libraries send, secrets included.
                application_log_level="INFO",
                system_log_level=settings.system_log_level,
                log_group=self.log_group.name,
            ),
            tracing_config=LambdaFunctionTracingConfig(mode="Active"),
            # Without the log group, Lambda would create one without key and retention; without the group's policy, the
            # first calls would fail.
            depends_on=[self.log_group.group, *group.awaited, key.policy],
        )
        self._put_code(function, key)
        if group.security_group is not None:
            function.put_vpc_config(subnet_ids=group.subnet_ids, security_group_ids=[group.security_group.id])
            # On destroy, Lambda's network interfaces block the deletion of subnets for up to 45 minutes. Disposable
            # stacks do not wait for that.
            if self._context.disposable:
                function.replace_security_groups_on_destroy = True
        return function

    def _put_code(self, function: LambdaFunction, key: Key) -> None:
        code = self.settings.code
        if isinstance(code, Image):
            function.package_type = "Image"
            function.image_uri = code.uri(self._context.account_id, self._context.region)
            if code.command:
                function.put_image_config(command=list(code.command))
            return
        function.handler, function.runtime = self.settings.handler, self.settings.runtime
        if self._encrypt_code:
            function.source_kms_key_arn = key.arn
        if isinstance(code, Folder):
            packaged = self._packages.of(self.settings, code)
            function.filename = packaged.path
            function.source_code_hash = packaged.sha256_base64
        else:
            function.s3_bucket = code.bucket
            function.s3_key = code.key
            function.source_code_hash = code.sha256_base64

    def _waive_what_is_not_done(self, group: FunctionGroup) -> None:
        waive(
            self._function,
            "CKV_AWS_272",
            _WHY_UNSIGNED[type(self.settings.code)],
        )
        if isinstance(code := self.settings.code, Image):
            waive(self._function, IMAGES, f"{NOT_READ}{code.because}")
            if code.owner(self._context.account_id) != self._context.account_id:
                waive(self._function, OTHER_ACCOUNTS, f"{IMAGES_OF_OTHERS}{code.because}")
        waive(
            self._function,
            "CKV_AWS_116",
            "Failed events go to the on-failure destination, which keeps request and error; the check knows the older "
            "dead-letter setting alone."
            if self.failures
            else "The settings have it called synchronously alone: the caller sees each failure, and no event can be "
            "lost.",
        )
        if group.security_group is None:
            waive(
                self._function,
                "CKV_AWS_117",
                "Touches nothing inside the VPC and calls AWS's public endpoints by TLS: in the VPC it would gain a "
                "path to the database's subnets.",
            )
        if self.settings.reserved_concurrency is None:
            waive(
                self._function,
                "CKV_AWS_115",
                "Uses no database connection, which is what a reservation is for here; the account's limit bounds it, "
                "and a reservation would take concurrency from the others.",
            )

    def _keep_failures(self, queue: Queue) -> None:
        LambdaFunctionEventInvokeConfig(
            self,
            "on-failure",
            function_name=self._function.function_name,
            qualifier=self._alias.name,
            maximum_retry_attempts=self.settings.retries,
            maximum_event_age_in_seconds=self.settings.longest_wait_seconds,
            destination_config=LambdaFunctionEventInvokeConfigDestinationConfig(
                on_failure=LambdaFunctionEventInvokeConfigDestinationConfigOnFailure(destination=queue.reference)
            ),
        )


def _source_maps(settings: FunctionSettings) -> dict[str, str]:
    """What has Node name files and lines of the TypeScript in stack traces."""
    return {"NODE_OPTIONS": "--enable-source-maps"} if settings.entry else {}
