"""A private bucket: encrypted, versioned and logged. It refuses plain HTTP, old TLS and other KMS keys (MAP-5)."""

from collections.abc import Mapping

from modules.common import Condition, Context, PolicyDocument, Statement, waive
from modules.encryption import Key
from modules.framework import (
    Construct,
    ITerraformDependable,
    S3Bucket,
    S3BucketCorsConfiguration,
    S3BucketCorsConfigurationCorsRule,
    S3BucketLoggingA,
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
    S3BucketPolicy,
    S3BucketPublicAccessBlock,
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from modules.groups import BindingError, FunctionGroup
from modules.storage.denials import denials
from modules.storage.life_cycle import expire
from settings import Binding, DeleteFromBucket, ListBucket, ReadBucket, WriteBucket
from settings.binding import upper


class Bucket(Construct):
    """A bucket that only principals of this account and services with a statement in its policy can use, over TLS.

    `key` is None only for the bucket that receives S3's access logs, because S3 delivers them only under SSE-S3.
    `short_lived` gives, by prefix, the days after which objects expire; a day later their versions are gone.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        name: str,
        key: Key | None,
        old_versions_days: int,
        old_versions_kept: int | None = None,
        unfinished_uploads_days: int = 3,
        log_bucket: "Bucket | None" = None,
        expire_after_days: int | None = None,
        infrequent_access_after_days: int | None = None,
        short_lived: Mapping[str, int] | None = None,
        is_watched: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._context = context
        self.key = key
        self.is_scanned = False  # `MalwareProtection` sets it before anything is bound
        self.name = context.bucket_name(name)
        self.arn = f"arn:aws:s3:::{self.name}"
        self._bucket = S3Bucket(
            self, "bucket", bucket=self.name, force_destroy=context.disposable, lifecycle=context.protection
        )
        self._waive_what_is_not_done(is_watched=is_watched)
        self._close_to_the_public()
        self._encrypt()
        S3BucketVersioningA(
            self,
            "versioning",
            bucket=self._bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        expire(
            self,
            self._bucket.id,
            old_versions_days=old_versions_days,
            old_versions_kept=old_versions_kept,
            unfinished_uploads_days=unfinished_uploads_days,
            objects_days=expire_after_days,
            infrequent_access_days=infrequent_access_after_days,
            short_lived=short_lived or {},
        )
        self.document = self._policy()
        if log_bucket is not None:
            S3BucketLoggingA(
                self,
                "access-logs",
                bucket=self._bucket.id,
                target_bucket=log_bucket._bucket.id,
                target_prefix=f"s3/{name}/",
                # Without the policy S3 may not write to the log bucket, and can refuse this setting.
                depends_on=[log_bucket.policy],
            )

    @property
    def regional_domain_name(self) -> str:
        return self._bucket.bucket_regional_domain_name

    @property
    def id(self) -> str:
        return self._bucket.id

    @property
    def reference(self) -> str:
        """The ARN, as a reference to the bucket."""
        return self._bucket.arn

    def bind(self, binding: Binding, group: FunctionGroup) -> None:
        """Lets a group use objects under the binding's prefix."""
        match binding:
            case ReadBucket(prefix=prefix):
                objects = Statement(f"Read{self._label}", ("s3:GetObject",), (f"{self.arn}/{prefix}*",))
                self._grant(group, objects, *self._key_grant(f"Read{self._label}Key", "kms:Decrypt"))
            case WriteBucket(prefix=prefix):
                # Also by multipart upload, to complete which S3 decrypts the parts.
                on_objects, on_key = ("s3:AbortMultipartUpload", "s3:PutObject"), ("kms:Decrypt", "kms:GenerateDataKey")
                self._grant_writing(group, f"Write{self._label}", prefix, on_objects, on_key, self._variable)
            case ListBucket():
                self._grant(group, self._statement_to_list(group))
            case DeleteFromBucket(prefix=prefix):  # what is deleted remains as a version
                self._grant(
                    group, Statement(f"DeleteFrom{self._label}", ("s3:DeleteObject",), (f"{self.arn}/{prefix}*",))
                )
            case _:
                raise BindingError(binding, self)

    def _grant(self, group: FunctionGroup, *statements: Statement) -> None:
        group.grant(*statements, environment={f"{self._variable}_BUCKET": self.name})

    def _statement_to_list(self, group: FunctionGroup) -> Statement:
        """One for all prefixes that the group may list, because they are values of one condition."""
        listed = [each for each in group.settings.bindings if isinstance(each, ListBucket)]
        prefixes = [each.prefix for each in listed if each.bucket == self.node.id]
        below = () if "" in prefixes else (Condition("StringLike", "s3:prefix", *(f"{each}*" for each in prefixes)),)
        return Statement(f"List{self._label}", ("s3:ListBucket",), (self.arn,), conditions=below)

    def grant_receiving(self, group: FunctionGroup, prefix: str, variable: str) -> None:
        """Lets a group find, read and delete objects under a prefix. What it deletes remains as a version.

        Of a bucket that is scanned for malware it reads the tags, too, which say what a scan found.

        `variable` is the first part of the environment variable's name: MEDIA makes MEDIA_BUCKET.
        """
        below = Condition("StringLike", "s3:prefix", f"{prefix}*")
        read = ("s3:DeleteObject", "s3:GetObject", *(("s3:GetObjectTagging",) if self.is_scanned else ()))
        group.grant(
            Statement(f"Find{self._label}", ("s3:ListBucket",), (self.arn,), conditions=(below,)),
            Statement(f"Receive{self._label}", read, (f"{self.arn}/{prefix}*",)),
            *self._key_grant(f"Receive{self._label}Key", "kms:Decrypt"),
            environment={f"{variable}_BUCKET": self.name},
        )

    def grant_upload(self, group: FunctionGroup, prefix: str, variable: str) -> None:
        """Lets a group write objects under a prefix, encrypted with the bucket's key; no multipart uploads, no reading.

        `variable` is the first part of the environment variables' names: MEDIA makes MEDIA_BUCKET and MEDIA_KEY_ARN.
        """
        self._grant_writing(
            group, f"Upload{self._label}", prefix, ("s3:PutObject",), ("kms:GenerateDataKey",), variable
        )

    def accept_uploads_from(self, origins: tuple[str, ...]) -> None:
        """Lets pages of these origins upload with a signed form; every other cross-origin request stays forbidden."""
        S3BucketCorsConfiguration(
            self,
            "cors",
            bucket=self._bucket.id,
            cors_rule=[
                S3BucketCorsConfigurationCorsRule(
                    id="signed-uploads",
                    allowed_methods=["POST"],
                    allowed_origins=list(origins),
                    allowed_headers=["content-type"],
                    expose_headers=["ETag"],
                    max_age_seconds=3000,
                )
            ],
        )

    def _grant_writing(
        self,
        group: FunctionGroup,
        sid: str,
        prefix: str,
        on_objects: tuple[str, ...],
        on_key: tuple[str, ...],
        variable: str,
    ) -> None:
        key = {f"{variable}_KEY_ARN": self.key.arn} if self.key else {}
        group.grant(
            Statement(sid, on_objects, (f"{self.arn}/{prefix}*",)),
            *self._key_grant(f"{sid}Key", *on_key),
            environment={f"{variable}_BUCKET": self.name, **key},
        )

    @property
    def _variable(self) -> str:
        return upper(self.node.id)

    @property
    def _label(self) -> str:
        return "".join(word.title() for word in self.node.id.split("-"))

    def _key_grant(self, sid: str, *actions: str) -> tuple[Statement, ...]:
        return (self.key.use_through(sid, "s3", *actions),) if self.key else ()

    def _waive_what_is_not_done(self, *, is_watched: bool) -> None:
        waive(
            self._bucket,
            "CKV_AWS_144",
            f"Data stays in {self._context.region} and versions protect it from deletion; a copy in a second region is "
            "a decision of the recovery plan, and doubles the storage bill.",
        )
        if not is_watched:
            waive(
                self._bucket,
                "CKV2_AWS_62",
                "No function of the application watches its objects, so a notification would have no reader.",
            )
        if self._context.disposable:
            waive(
                self._bucket,
                "FFP_MAP_5_2",
                "This environment may be destroyed and made anew by design; it holds test data alone.",
            )

    def _close_to_the_public(self) -> None:
        S3BucketPublicAccessBlock(
            self,
            "public-access",
            bucket=self._bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=self._bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )

    def _encrypt(self) -> None:
        encryption = S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=self._bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    bucket_key_enabled=self.key is not None,
                    apply_server_side_encryption_by_default=(
                        S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                            sse_algorithm="aws:kms" if self.key else "AES256",
                            kms_master_key_id=self.key.arn if self.key else None,
                        )
                    ),
                )
            ],
        )
        if self.key is None:
            reason = "S3 delivers access logs to buckets under SSE-S3 alone; listed as an exception to ENC-1."
            waive(self._bucket, "CKV_AWS_145", reason)
            waive(encryption, "FFP_ENC_1_3", reason)

    def _policy(self) -> PolicyDocument:
        document = PolicyDocument(self, "access", list(denials(self.arn, context=self._context, key=self.key)))
        self.policy: ITerraformDependable = S3BucketPolicy(self, "policy", bucket=self._bucket.id, policy=document.json)
        return document
