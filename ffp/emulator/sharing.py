"""Lets Terraform create and update the functions of `local` at the same time.

The provider holds a lock while it creates a function from a file or updates its code, and before it looks whether that
is done it waits five seconds: `resourceFunctionCreate` and `waitFunctionCreated` in
https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/lambda/function.go. The lock belongs
to a process of the provider, and Terraform starts one for each provider configuration. During a deploy, the functions
are therefore shared among several configurations that are otherwise the same. Afterwards nothing is left of them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ffp import stacks
from ffp.emulator.home import write_private
from ffp.stack_folder import SHARED_FUNCTIONS, SHARED_PROVIDERS

# Each is a process of some 250 MB that starts in half a second of a processor's time.
_MOST_CONFIGURATIONS = 6
_ALIAS = "functions-{number}"
_OF_ALIAS = re.compile(r"\.functions-\d+$")

# While functions wait for the lock, they occupy Terraform's ten places. These do not wait for a processor.
AT_ONCE = "-parallelism=30"


@contextmanager
def shared_functions(folder: Path, settings: Mapping[str, Any]) -> Iterator[bool]:
    """Shares a stack's functions among several provider configurations for the duration of the block.

    `settings` are those that the emulator's override gives every configuration. Yields False if there is nothing to
    share, and the stack is then deployed as it is.
    """
    stack = json.loads((folder / stacks.FILE_NAME).read_text(encoding="utf-8"))
    names = sorted(stack["resource"].get("aws_lambda_function", {}))
    if len(names) < 2:  # one function waits for no other
        yield False
        return
    aliases = [_ALIAS.format(number=number) for number in range(min(len(names), _MOST_CONFIGURATIONS))]
    (home,) = (each for each in stack["provider"]["aws"] if "alias" not in each)
    providers = [{**home, **settings, "alias": alias} for alias in aliases]
    functions = {name: {"provider": f"aws.{aliases[place % len(aliases)]}"} for place, name in enumerate(names)}
    files = (folder / SHARED_PROVIDERS, folder / SHARED_FUNCTIONS)
    try:
        write_private(files[0], json.dumps({"provider": {"aws": providers}}))
        write_private(files[1], json.dumps({"resource": {"aws_lambda_function": functions}}))
        yield True
    finally:
        for file in files:
            file.unlink(missing_ok=True)


def unshared(state: str) -> str:
    """A state whose functions belong to the stack's own provider configuration, as the next version of it.

    Otherwise Terraform could not remove a function from the stack: it would ask for the configuration that made it.
    """
    content = json.loads(state)
    for resource in content["resources"]:
        resource["provider"] = _OF_ALIAS.sub("", resource["provider"])
    content["serial"] += 1
    return json.dumps(content)
