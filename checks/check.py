"""Makes a Checkov check of a function that yields what is wrong with a block; the docstring is the guidance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol

from checkov.common.bridgecrew.check_type import CheckType
from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.common.util.consts import END_LINE, START_LINE
from checkov.terraform.checks.data.base_check import BaseDataCheck
from checkov.terraform.checks.provider.base_check import BaseProviderCheck
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

from checks.block import REFERENCE, Block

Judge = Callable[[Block], Iterable[str]]
StackJudge = Callable[[Block, "ScannedStack"], Iterable[str]]
Vertex = dict[str, Any]
Lens = Literal["json", "plan"]

_BOOTSTRAP = "bootstrap-"
_GLOBAL_REGION = "us-east-1"

_CATEGORIES = {
    "CICD": CheckCategories.IAM,
    "COST": CheckCategories.CONVENTION,
    "ENC": CheckCategories.ENCRYPTION,
    "IAM": CheckCategories.IAM,
    "MAP": CheckCategories.GENERAL_SECURITY,
    "MON": CheckCategories.LOGGING,
    "NET": CheckCategories.NETWORKING,
    "QUAL": CheckCategories.CONVENTION,
    "SEC": CheckCategories.SECRETS,
    "SHAPE": CheckCategories.SECRETS,
}


def _category(id_: str) -> CheckCategories:
    return _CATEGORIES[id_.split("_")[1]]


class _Judged:
    """What the three kinds of block check share: the function that judges, and the lens that it can see in."""

    judge: Judge
    only: Lens | None
    entity_type: str
    details: list[str]

    def _result(self, conf: Mapping[str, Any]) -> CheckResult:
        block = Block(conf, self.entity_type)
        if self.only and self.only != ("plan" if block.planned else "json"):
            return CheckResult.UNKNOWN
        self.details = list(self.judge(block))
        return CheckResult.FAILED if self.details else CheckResult.PASSED


class _ResourceCheck(_Judged, BaseResourceCheck):
    def scan_resource_conf(self, conf: dict[str, list[Any]]) -> CheckResult:
        return self._result(conf)


class _DataCheck(_Judged, BaseDataCheck):
    def scan_data_conf(self, conf: dict[str, list[Any]]) -> CheckResult:
        return self._result(conf)


class _ProviderCheck(_Judged, BaseProviderCheck):
    def scan_provider_conf(self, conf: dict[str, list[Any]]) -> CheckResult:
        return self._result(conf)


class _Decorator(Protocol):
    def __call__(self, id_: str, sentence: str, *types: str, only: Lens | None = None) -> Callable[[Judge], Judge]: ...


def _decorator(check_class: type[_ResourceCheck | _DataCheck | _ProviderCheck]) -> _Decorator:
    def decorate(id_: str, sentence: str, *types: str, only: Lens | None = None) -> Callable[[Judge], Judge]:
        def register(judge: Judge) -> Judge:
            check = check_class(sentence, id_, [_category(id_)], types, judge.__doc__)
            check.judge, check.only = judge, only
            return judge

        return register

    return decorate


# Each registers the decorated function for blocks of these types; `only` names the one lens that shows enough.
resource_check = _decorator(_ResourceCheck)
data_check = _decorator(_DataCheck)
provider_check = _decorator(_ProviderCheck)


class Tenancy(NamedTuple):
    """The user pool's attributes that say whose data is whose; the tokens' claims have the same names."""

    tenant: str
    role: str


class ScannedStack:
    """The blocks of one file, for judgements that take more than one block."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = {block.address: block for block in blocks}

    @property
    def planned(self) -> bool:
        """Whether the stack comes from a plan; a plan shows Checkov no `terraform` block."""
        return not any(block.kind.startswith("terraform.") for block in self._blocks.values())

    @property
    def environment(self) -> str | None:
        """The environment that the stack belongs to, where this lens shows it."""
        return self._name.removeprefix(_BOOTSTRAP) or None

    @property
    def is_bootstrap(self) -> bool:
        """Whether it is the stack with the CI roles."""
        return self._name.startswith(_BOOTSTRAP)

    @cached_property
    def tenancy(self) -> Tenancy | None:
        """By which names the stack's functions are told whose data is whose; None where none is told."""
        for function in self.of_kind("aws_lambda_function"):
            if told := function.entries("environment.variables").get("TENANCY"):
                names = told if isinstance(told, Mapping) else json.loads(told)  # Checkov reads JSON by itself
                return Tenancy(names["tenant"], names["role"])
        return None

    @property
    def accounts(self) -> set[str]:
        """The ids of the accounts that the stack may be applied to."""
        return {str(id_) for backend in self._backends for id_ in backend.values("s3.allowed_account_ids")}

    @property
    def release(self) -> str:
        """The release of the AWS provider that the stack asks for; empty where this lens does not show it."""
        asked = (str(block.value("aws.version") or "") for block in self.of_kind("terraform.required_providers"))
        return next(asked, "").lstrip("~>= ")

    @property
    def state_buckets(self) -> set[str]:
        """The name of the bucket that the stack's state lies in."""
        return {name for backend in self._backends for name in backend.strings("s3.bucket")}

    @property
    def regions(self) -> set[str]:
        """The stack's home region, and the one that AWS's global services are in."""
        return {_GLOBAL_REGION, *(region for backend in self._backends for region in backend.strings("s3.region"))}

    @property
    def _name(self) -> str:
        """Checkov shows a stack check no providers: what the stack is stands in its backend, under its state's key."""
        keys = (key for backend in self._backends for key in backend.strings("s3.key"))
        return next(keys, "").partition("/")[0]

    @property
    def _backends(self) -> list[Block]:
        return self.of_kind("terraform.backend")

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks.values())

    def of_kind(self, kind: str) -> list[Block]:
        """The blocks of that type, `data.` and `terraform.` included in its name."""
        return [block for block in self._blocks.values() if block.kind == kind]

    def places_of(self, name: str) -> frozenset[str]:
        """Where the stack refers to a block by its address or its name: each a type and a dotted path."""
        return frozenset(self._places.get(name, ()))

    @cached_property
    def _places(self) -> dict[str, set[str]]:
        places: dict[str, set[str]] = {}
        for block in self._blocks.values():
            for path, text in block.placed_texts():
                for name in _named_in(text):
                    places.setdefault(name, set()).add(f"{block.kind}.{path}")
        return places

    def referred(self, text: str) -> Block | None:
        """The block that the first reference in the text names, if this lens shows it."""
        match = REFERENCE.search(text)
        return self._blocks.get(match.group()) if match else None


def _named_in(text: str) -> Iterator[str]:
    """The addresses that a text refers to, the text itself, and the parts of an ARN or a path that may be names."""
    yield from REFERENCE.findall(text)
    for part in text.split(":"):
        first, _, rest = part.partition("/")
        yield from (part, first, rest)


def _block(vertex: Vertex) -> Block:
    config = vertex[CustomAttributes.CONFIG]
    kind = vertex.get(CustomAttributes.RESOURCE_TYPE)
    if kind:
        name = vertex[CustomAttributes.BLOCK_NAME]
        type_, _, id_ = name.removeprefix("data.").partition(".")
        conf = config.get(type_, {}).get(id_, {})
        return Block(conf, kind, f"{kind}.{id_}")
    key = next(iter(config), "")
    kind = f"{vertex[CustomAttributes.BLOCK_TYPE]}.{key}"
    return Block(config.get(key) or {}, kind, kind)


def _entity(vertex: Vertex, block: Block) -> Vertex:
    """The vertex, with the lines and the name that Checkov's report asks for and a `terraform` block has not."""
    return {
        START_LINE: block.value(START_LINE) or 1,
        END_LINE: block.value(END_LINE) or 1,
        **vertex,
        CustomAttributes.ID: vertex.get(CustomAttributes.ID) or block.address,
    }


class _StackCheck(BaseGraphCheck):
    def __init__(self, id_: str, sentence: str, kinds: tuple[str, ...], judge: StackJudge) -> None:
        super().__init__()
        self.id, self.name, self.guideline = id_, sentence, judge.__doc__
        self.category = _category(id_).name
        self.kinds, self.judge = kinds, judge

    def run(self, graph_connector: Any) -> tuple[list[Vertex], list[Vertex], list[Vertex]]:
        files: dict[str, list[tuple[Vertex, Block]]] = {}
        for _, vertex in graph_connector.nodes():
            files.setdefault(vertex[CustomAttributes.FILE_PATH], []).append((vertex, _block(vertex)))
        passed: list[Vertex] = []
        failed: list[Vertex] = []
        for pairs in files.values():
            stack = ScannedStack(block for _, block in pairs)
            for vertex, block in pairs:
                if any(fnmatchcase(block.kind, kind) for kind in self.kinds):
                    wrong = any(True for _ in self.judge(block, stack))
                    (failed if wrong else passed).append(_entity(vertex, block))
        return passed, failed, []


def stack_check(id_: str, sentence: str, *kinds: str) -> Callable[[StackJudge], StackJudge]:
    """Registers the decorated function for blocks, `*` in a kind being any, judged with the rest of their stack."""

    def register(judge: StackJudge) -> StackJudge:
        registry = get_graph_checks_registry(CheckType.TERRAFORM)
        if all(check.id != id_ for check in registry.checks):
            registry.checks.append(_StackCheck(id_, sentence, kinds, judge))
        return judge

    return register
