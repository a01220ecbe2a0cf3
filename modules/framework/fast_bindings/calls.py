"""Spares the program questions to jsii's kernel, a process of its own, and checks that mypy has made before.

A construct of the bindings checks every argument against type hints that it computes anew for each object, asks the
kernel for each attribute each time, and sends each change at once.
"""

import typing
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsii
import typeguard

from modules.framework.fast_bindings import kernel
from modules.framework.fast_bindings.archive import Element

_STUB = "_typecheckingstub__"  # how the bindings call the functions that hold their type hints
_UNCHECKED: dict[str, Any] = defaultdict(lambda: Any)
_NEVER_CHANGE = frozenset({"id", "node", "path", "scope"})
_OF_A_CLASS = "terraformResourceType"
_LOGICAL_ID = "friendlyUniqueId"
_TOKEN = "${TfToken["  # noqa: S105 - how CDKTF writes what Terraform will know
# How methods begin that write nothing of a construct's own content, so that what was put off may stay so.
_READ_NO_CONTENT = ("put", "add", "find", "get", "override", "tryFind", "tryRemove")


@dataclass
class _PutOff:
    """What the kernel has not been told of one app's constructs."""

    nameless: dict[str, Any] = field(default_factory=dict)  # elements without logical ids, by their references
    puts: dict[tuple[str, str], list[Any]] = field(default_factory=dict)  # arguments, by reference and method
    overrides: dict[str, dict[str, Any]] = field(default_factory=dict)  # all of each construct, by its reference
    unsent: dict[tuple[str, str], None] = field(default_factory=dict)  # which are new: reference and first step
    elements: dict[str, Any] = field(default_factory=dict)


class Calls:
    """What this process knows of its constructs, and what it has not told the kernel yet."""

    def __init__(self, elements: Mapping[str, Element]) -> None:
        self._elements = elements
        self._paths: dict[str, str] = {}  # of constructs, by their references
        self._stacks: dict[str, Any] = {}  # of constructs in a stack, likewise
        self._put_off: dict[str, _PutOff] = {}  # of constructs and apps, likewise
        self._renamed: set[str] = set()
        self._values: dict[tuple[object, str], Any] = {}
        self._create, self._get, self._sget = jsii.create, jsii.get, jsii.sget
        self._invoke, self._sinvoke = jsii.invoke, jsii.sinvoke

    def create(self, class_: Any, element: Any, arguments: list[Any] | None = None) -> Any:
        """Creates an object, and remembers where a construct stands."""
        made = self._create(class_, element, arguments)
        reference = element.__jsii_ref__.ref
        if class_.__jsii_type__ and class_.__jsii_type__.endswith(".App"):
            self._paths[reference], self._put_off[reference] = "", _PutOff()
        elif arguments and len(arguments) > 1 and isinstance(arguments[1], str):
            scope = getattr(getattr(arguments[0], "__jsii_ref__", None), "ref", None)
            if scope in self._paths:
                self._paths[reference] = f"{self._paths[scope]}/{arguments[1]}".removeprefix("/")
                self._put_off[reference] = self._put_off[scope]
                stack = element if hasattr(element, "_allocate_logical_id") else self._stacks.get(scope)
                if stack is not None:
                    self._stacks[reference] = stack
                    if element is not stack and hasattr(element, "override_logical_id"):
                        self._put_off[reference].nameless[reference] = element
        return made

    def get(self, element: Any, attribute: str) -> Any:
        """An attribute of an object, from memory if it is known."""
        reference = element.__jsii_ref__.ref
        key = (type(element) if attribute == _OF_A_CLASS else reference, attribute)
        if key not in self._values:
            value = self._known(element, attribute)
            if value is None:
                self._send_puts_of(element)
                value = self._get(element, attribute)
                constant = attribute in _NEVER_CHANGE or attribute == _OF_A_CLASS
                if not constant and not (isinstance(value, str) and value.startswith(_TOKEN)):
                    return value
            self._values[key] = value
        return self._values[key]

    def _known(self, element: Any, attribute: str) -> Any:
        reference = element.__jsii_ref__.ref
        if attribute == "cdktfStack":
            return self._stacks.get(reference)
        known = self._elements.get(element.__jsii_type__)
        if known is None:
            return None
        if attribute == _LOGICAL_ID:
            return self._logical_id(element)
        if attribute == _OF_A_CLASS:
            return known.address.removeprefix("data.")
        if attribute in known.attributes and (name := self._logical_id(element)):
            return f"${{{known.address}.{name}.{known.attributes[attribute]}}}"
        return None

    def _logical_id(self, element: Any) -> str | None:
        """The logical id, if the stack allocates ids in Python and nobody has set another."""
        reference = element.__jsii_ref__.ref
        stack = self._stacks.get(reference)
        if stack is None or reference in self._renamed or hasattr(type(stack)._allocate_logical_id, "__jsii_name__"):
            return None
        return str(stack._allocate_logical_id(element))

    def path_of(self, element: Any) -> str:
        """The path of a construct in its tree."""
        known = self._paths.get(element.__jsii_ref__.ref)
        return str(element.node.path) if known is None else known

    def invoke(self, element: Any, method: str, arguments: list[Any] | None = None) -> Any:
        """Calls a method, at once or, if it only replaces what an earlier call has set, before the next that reads."""
        reference = element.__jsii_ref__.ref
        put_off = self._put_off.get(reference)
        if put_off and method.startswith("put"):
            put_off.puts.pop((reference, method), None)  # the last call counts, also in the order
            put_off.puts[reference, method] = arguments or []
            put_off.elements[reference] = element
            return None
        if put_off and method == "addOverride" and arguments:
            _override(put_off.overrides.setdefault(reference, {}), arguments[0], arguments[1])
            put_off.elements[reference] = element
            put_off.unsent[reference, str(arguments[0]).partition(".")[0]] = None
            return None
        if method == "overrideLogicalId":
            self._renamed.add(reference)
        if not method.startswith(_READ_NO_CONTENT):
            self._send([put_off] if put_off else self._put_off.values())
        return self._invoke(element, method, arguments)

    def sget(self, class_: type, attribute: str) -> Any:
        """An attribute of a class, which the kernel is asked once."""
        if (class_, attribute) not in self._values:
            self._values[class_, attribute] = self._sget(class_, attribute)
        return self._values[class_, attribute]

    def sinvoke(self, class_: type, method: str, arguments: list[Any] | None = None) -> Any:
        """Calls a method of a class. Only those of `Testing` read what constructs contain."""
        if class_.__name__ == "Testing":
            self._send(self._put_off.values())
        return self._sinvoke(class_, method, arguments)

    def _send(self, several: Iterable[_PutOff]) -> None:
        """Tells the kernel what was put off, and what it would ask for: the logical ids."""
        for put_off in several:
            nameless, puts = [*put_off.nameless.values()], [*put_off.puts.items()]
            put_off.nameless.clear()
            put_off.puts.clear()
            names = [(each, self._logical_id(each)) for each in nameless]
            # It fails where the kernel has asked already.
            kernel.tell([(each, "overrideLogicalId", [name]) for each, name in names if name], may_fail=True)
            kernel.tell([(put_off.elements[of], method, arguments) for (of, method), arguments in puts])
            unsent = [*put_off.unsent]
            put_off.unsent.clear()
            kernel.tell(
                [(put_off.elements[of], "addOverride", [key, put_off.overrides[of][key]]) for of, key in unsent]
            )

    def _send_puts_of(self, element: Any) -> None:
        reference = element.__jsii_ref__.ref
        put_off = self._put_off.get(reference)
        if put_off and put_off.puts:
            for key in [key for key in put_off.puts if key[0] == reference]:
                self._invoke(element, key[1], put_off.puts.pop(key))


def _override(overrides: dict[str, Any], path: str, value: Any) -> None:
    """What CDKTF's `addOverride` does to its own copy."""
    *parents, last = path.split(".")
    for key in parents:
        if not isinstance(overrides.get(key), dict):
            overrides[key] = {}
        overrides = overrides[key]
    overrides[last] = value


def install(elements: Mapping[str, Element]) -> Calls:
    """Makes the bindings of this process ask less."""
    hints: Any = typing.get_type_hints

    def get_type_hints(of: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
        return _UNCHECKED if getattr(of, "__name__", "").startswith(_STUB) else hints(of, *arguments, **options)

    vars(typing).update(get_type_hints=get_type_hints)
    vars(typeguard).update(check_type=lambda *_arguments, **_options: None)
    calls = Calls(elements)
    # All bindings call these functions of the module.
    vars(jsii).update(create=calls.create, get=calls.get, sget=calls.sget, invoke=calls.invoke, sinvoke=calls.sinvoke)
    return calls
