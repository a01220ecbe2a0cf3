"""Plans resources of any type from any state with the real provider, without an account."""

import json
import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

from ffp import providers, terraform
from ffp.terraform import Terraform, TerraformError

_PROVIDER = {
    "region": "eu-west-2",
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_region_validation": True,
    "skip_requesting_account_id": True,
}
Schema = dict[str, Any]
Json = dict[str, Any]
Key = tuple[str, str]  # type and name of a resource in a plan

_MESSAGE = re.compile(r"Error: (.*?)(?=\n *Error: |\Z)", re.DOTALL)
_PLACE = re.compile(r"with (aws_\w+)\.([\w-]+)")
_ONE_OF = re.compile(r"expected (\S+) to be one of \[\"?([^\" \]]+).*?\], got (\S*)", re.DOTALL)
_CONFLICT = re.compile(r'"(\w+)": conflicts with (\w+)')
_WANTED = re.compile(r"(?:value must be one of: \[\"?|Valid Values: \[|range \(|between )([^\" \],)]+)")
_REPAIRS = 3  # of one resource, before it is given up


class Work:
    """A folder in which Terraform plans resources of any type without an account."""

    def __init__(self, tool: Terraform, folder: Path) -> None:
        self._tool, self._folder = tool, folder
        self._write("main.tf.json", self._document({}))
        (folder / "terraform.rc").write_text(providers.configuration(tool.mirror), encoding="utf-8")
        shutil.copyfile(providers.lock_file(terraform.PROVIDER_VERSION), folder / providers.LOCK)
        self._run(*providers.init(folder))
        (loaded,) = json.loads(self._run("providers", "schema", "-json"))["provider_schemas"].values()
        self.schemas: dict[str, Schema] = loaded["resource_schemas"]

    def plan(self, resources: Json, state: list[Json]) -> Json:
        """The plan's JSON of these resources, by type and name, from this state."""
        self._write("main.tf.json", self._document(resources))
        (self._folder / "terraform.tfstate").unlink(missing_ok=True)
        if state:
            document = {"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "measured"}
            self._write("terraform.tfstate", document | {"outputs": {}, "resources": state})
        self._run("plan", "-refresh=false", "-input=false", "-lock=false", "-no-color", "-out=plan.out")
        found: Json = json.loads(self._run("show", "-json", "plan.out"))
        return found

    def _document(self, resources: Json) -> Json:
        required = {"aws": {"source": "hashicorp/aws", "version": terraform.PROVIDER_VERSION}}
        own = {"required_providers": required, "backend": {"local": {}}}
        return {"terraform": own, "provider": {"aws": [_PROVIDER]}} | ({"resource": resources} if resources else {})

    def _write(self, name: str, document: Json) -> None:
        (self._folder / name).write_text(json.dumps(document, indent=1), encoding="utf-8")

    def _run(self, *arguments: str) -> str:
        variables = terraform.offline_environment_variables() | {
            "AWS_ACCESS_KEY_ID": "offline",
            "AWS_SECRET_ACCESS_KEY": "offline",
            "TF_CLI_CONFIG_FILE": str(self._folder / "terraform.rc"),
        }
        return terraform.run(self._tool.program, self._folder, variables, *arguments)


def planned(work: Work, resources: dict[Key, Json], states: dict[Key, Json]) -> dict[Key, Json]:
    """The changes of one plan by type and name, without the resources that the provider refuses in whatever repair."""
    refused: set[Key] = set()
    tried: dict[Key, int] = defaultdict(int)
    while True:
        left = {key: body for key, body in resources.items() if key not in refused}
        document: Json = defaultdict(dict)
        for (type_, name), body in left.items():
            document[type_][name] = body
        try:
            plan = work.plan(document, [state_of(work, key, states[key]) for key in left if key in states])
            return {(each["type"], each["name"]): each["change"] for each in plan.get("resource_changes", [])}
        except TerraformError as failure:
            hit = False
            for message in _MESSAGE.findall(str(failure)):
                place = _PLACE.search(message)
                key = (place[1], place[2]) if place else ("", "")
                if key not in left:
                    continue
                hit = True
                if tried[key] > _REPAIRS or not repaired(left[key], message, key[1].partition("--")[0]):
                    refused.add(key)
                tried[key] += 1
            if not hit:
                raise


def repaired(body: Json, message: str, asked: str) -> bool:
    """Whether a body could be changed so that what the provider complains about may be gone."""
    if (one_of := _ONE_OF.search(message)) and _put(body, one_of[1].split(".")[-1], one_of[3], one_of[2]):
        return True
    if conflict := _CONFLICT.search(message):
        return any(body.pop(name, None) is not None for name in conflict.groups() if name != asked)
    wanted = _WANTED.search(message)
    return bool(wanted) and _put(body, asked, body.get(asked), wanted[1] if wanted else "")


def _put(body: Any, name: str, old: Any, new: str) -> bool:
    """Whether an attribute with this name and value was found at any depth; it then has the new value."""
    if isinstance(body, list):
        return bool([each for each in body if _put(each, name, old, new)])
    if not isinstance(body, dict):
        return False
    if name in body and body[name] in (old, [old]):
        value = int(new) if isinstance(old, int) and new.isdigit() else new
        body[name] = [value] if isinstance(body[name], list) else value
        return True
    return bool([each for each in body.values() if _put(each, name, old, new)])


def state_of(work: Work, key: Key, attributes: Json) -> Json:
    """A resource as a state file writes it."""
    instance = {"schema_version": work.schemas[key[0]]["version"], "attributes": attributes}
    provider = f'provider["{providers.SOURCE}"]'
    return {"mode": "managed", "type": key[0], "name": key[1], "provider": provider, "instances": [instance]}
