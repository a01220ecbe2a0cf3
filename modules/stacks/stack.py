"""What all stacks share: the state backend, two provider configurations, and readable resource addresses."""

from collections.abc import Collection

from catalogue import TYPES, InUse
from modules.common import GLOBAL_REGION, Context, state_bucket_name
from modules.framework import (
    AwsProvider,
    AwsProviderDefaultTags,
    Construct,
    Node,
    S3Backend,
    TerraformElement,
    TerraformResource,
    TerraformStack,
    path_of,
)
from settings import ProviderRelease


class EnvironmentStack(TerraformStack):
    """A stack whose resource addresses are the constructs' paths, such as `aws_s3_bucket.storage_media_bucket`."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, release: ProviderRelease) -> None:
        super().__init__(scope, id_)
        self.context = context
        self._keep_state(id_)
        tags = [AwsProviderDefaultTags(tags=context.tags)]
        AwsProvider(self, "aws", region=context.region, allowed_account_ids=[context.account_id], default_tags=tags)
        self.global_provider = AwsProvider(
            self,
            "aws-global",
            alias="global",
            region=GLOBAL_REGION,
            allowed_account_ids=[context.account_id],
            default_tags=tags,
        )
        # The bindings would write the exact provider release that they were generated from, and a short source.
        self.add_override("terraform.required_providers.aws", {"source": "hashicorp/aws", "version": release})
        self.add_override("terraform.required_version", ">= 1.11, < 2")

    def leave_out(self, types: Collection[str]) -> None:
        """Removes all resources of these types. Terraform fails if another resource still refers to one of them."""
        for element in self.node.find_all() if types else ():
            if not isinstance(element, TerraformResource) or element.terraform_resource_type not in types:
                continue
            if parent := element.node.scope:
                parent.node.try_remove_child(element.node.id)

    def destroy_after_use(self) -> None:
        """Sets `create_before_destroy` on each resource that others use while a deploy replaces or removes it.

        The catalogue lists these types. Other arguments of `lifecycle` stay as they are.
        """
        for element in self.node.find_all():
            if not isinstance(element, TerraformResource) or element.terraform_resource_type not in TYPES:
                continue
            if isinstance(replaced := TYPES[element.terraform_resource_type].replaced, InUse):
                # Through the stack, whose overrides are sent at once; nothing may be left out after this.
                lifecycle = f"resource.{element.terraform_resource_type}.{element.friendly_unique_id}.lifecycle"
                self.add_override(f"{lifecycle}.create_before_destroy", True)
                if replaced.keeps_description:
                    self.add_override(f"{lifecycle}.ignore_changes", ["description"])

    def _allocate_logical_id(self, tf_element: TerraformElement | Node) -> str:
        """The construct's path, joined by underscores.

        It is unique because ids are kebab-case. Raises ValueError for an id with an underscore.
        """
        whole = tf_element.path if isinstance(tf_element, Node) else path_of(tf_element)
        path = whole.split("/")[1:]
        if any("_" in each for each in path):
            raise ValueError(f"id with an underscore in {whole}")
        return "_".join(path)

    def _keep_state(self, key: str) -> None:
        S3Backend(
            self,
            bucket=state_bucket_name(self.context),
            key=f"{key}/terraform.tfstate",
            region=self.context.region,
            encrypt=True,
            kms_key_id=self.context.arn("kms", f"alias/{self.context.name('state')}"),
            allowed_account_ids=[self.context.account_id],
        )
        self.add_override("terraform.backend.s3.use_lockfile", True)
