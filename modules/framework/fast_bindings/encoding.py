"""Writes messages for jsii's kernel without what says nothing: jsii would send each argument that has no value too."""

from typing import Any

import jsii._kernel
from jsii._kernel.providers import process
from jsii._kernel.types import CreateRequest, GetRequest, InvokeRequest, SetRequest

_PLAIN = frozenset({bool, float, int, str, type(None)})
_APIS = {CreateRequest: "create", GetRequest: "get", InvokeRequest: "invoke", SetRequest: "set"}
_kernel: Any = jsii._kernel
_process: Any = process  # untyped
_native, _overrides = _kernel._make_reference_for_native, _kernel._get_overides


def native(kernel: Any, value: Any) -> Any:
    """A value as the kernel reads it. Arguments of a struct that have no value are left out."""
    type_ = type(value)
    if type_ in _PLAIN:
        return value
    if type_ is dict:
        return {"$jsii.map": {key: native(kernel, each) for key, each in value.items()}}
    if type_ is list:
        return [native(kernel, each) for each in value]
    names = getattr(type_, "__jsii_name_mapping__", None)
    if names is None or not hasattr(value, "_values"):
        return _native(kernel, value)
    data = {names[name]: native(kernel, each) for name, each in value._values.items()}
    return {"$jsii.struct": {"fqn": type_.__jsii_type__, "data": data}}


class _Encoder:
    """jsii's converter of requests and answers, quick for the requests whose content is native already."""

    def __init__(self, converter: Any) -> None:
        self._converter = converter
        self.structure = converter.structure

    def unstructure(self, request: Any) -> Any:
        type_ = type(request)
        if type_ not in _APIS:
            return self._converter.unstructure(request)
        message = {name.name: getattr(request, name.name) for name in type_.__attrs_attrs__}
        if "objref" in message:
            message["objref"] = _process._unstructure_ref(message["objref"])
        if message.get("overrides"):
            message["overrides"] = self._converter.unstructure(message["overrides"])
        return message | {"api": _APIS[type_]}


def install() -> None:
    """Makes jsii write its messages so."""
    _kernel._make_reference_for_native = native
    _kernel._get_overides = _overrides_of
    start = _process._NodeProcess.start

    def starting(kernel: Any) -> None:
        start(kernel)
        kernel._serializer = _Encoder(kernel._serializer)

    _process._NodeProcess.start = starting


_known: dict[tuple[type, type], Any] = {}


def _overrides_of(class_: type, element: Any) -> Any:
    """Which methods the class of an object overrides, found once for the class."""
    if (class_, type(element)) not in _known:
        _known[class_, type(element)] = _overrides(class_, element)
    return _known[class_, type(element)]
