"""What is known of one type of the AWS provider, whoever makes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class InUse:
    """Something goes on using a resource while a deploy replaces or removes it, so it is destroyed after its users.

    Every stack sets `create_before_destroy` on each resource of such a type: the new one is made, its users move to
    it, and the old one goes. Terraform sets the flag on whatever such a resource refers to, too, and nothing can switch
    it off there. Where one of our settings can replace a resource, its name must therefore change with that setting.
    """

    by: str
    # Another description would replace one of these, and AWS takes no second of its name: Terraform ignores the change.
    keeps_description: bool = False


@dataclass(frozen=True)
class NotInUse:
    """Nothing uses a resource while a deploy replaces or removes it."""

    because: str
    # It cannot exist twice. What is in use must not refer to it, or Terraform would make a second one.
    only_one: bool = False


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What working with a type takes, where its ARN ends in a name that begins with the environment.

    Actions are words without the service, separated by spaces. CI reads and changes, functions use; CI is denied what
    functions use, since that is what a resource holds.
    """

    service: str
    arn: str  # what stands before the name in the ARN, such as `table/`
    read: str
    change: str
    use: str
    uses_keys: bool  # whether the service uses a KMS key with the permissions of whoever calls it


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One type, classed once. The guards, the checks and the stacks read this; none keeps a list of its own."""

    # What is lost with a resource of this type; None where nothing is. `ffp synth` refuses one that is not protected.
    holds: str | None
    # What protects it besides `prevent_destroy`, as attributes with their values.
    protected_by: Mapping[str, object] = field(default_factory=dict)
    # The attribute with its own name, which begins with the environment; None for a part of another resource, which is
    # found below its name, and for what AWS names itself.
    name: str | None
    # Whether AWS lets it carry tags.
    tagged: bool
    # By what AWS bills it; None where it costs nothing by itself.
    billed: str | None
    replaced: InUse | NotInUse
    # None where `modules/delivery/` says it, under the conditions that resources with ids of AWS's own need.
    rights: Rights | None = None


def part_of(whole: str) -> ResourceType:
    """A part of another resource: it is found below its name, costs nothing by itself and goes with it."""
    return ResourceType(holds=None, name=None, tagged=False, billed=None, replaced=NotInUse(f"it goes with {whole}"))
