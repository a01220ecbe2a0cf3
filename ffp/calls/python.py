"""Reads calls of boto3 in the code that a handler in Python reaches, without running any of it.

A name that holds a client is followed through assignments, functions that return one, arguments, and imports between
the modules of a package. Functions that nothing refers to are left out.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ffp.calls.arguments import Function, argument, defaults, functions, given, is_property, text
from ffp.calls.found import OUTSIDE, VARIABLE, Call
from ffp.calls.naming import WAITERS
from settings.python import ANY, Module, dotted, module_at, reached

Files = Mapping[str, Path]  # by their names in the package
_ROUNDS = 5  # how often what is known of names is passed on at most: through an import, a call, a return
_OPEN_CONNECTIONS = (
    *("aiohttp.Client", "ftplib.FTP", "http.client.HTTP", "httpx.", "requests.", "smtplib.SMTP"),
    *("socket.create_connection", "urllib.request.urlopen", "urllib.request.urlretrieve", "urllib3."),
)
_BY_NAME = {"get_paginator": 0, "generate_presigned_url": 0, "get_waiter": 0}  # whose argument is an operation


@dataclass(frozen=True)
class Client:
    """What a name holds: a session, or a client or resource of a service."""

    service: str
    kind: str  # "session", "client" or "resource"
    parameter: str = ""  # of the function that returns it, if only that parameter names the service


def calls_of(handler: str, files: Files) -> Iterator[Call]:
    """The calls that a handler's code can make, in the order of its modules."""
    reader = _Reader({dotted(name): path for name, path in files.items() if name.endswith(".py")})
    parts = reached(reader.module, handler)
    for _ in range(_ROUNDS):
        before = reader.known
        for module, part in parts:
            if reader.may_hold(module.name):
                reader.learn(module, part)
        if reader.known == before:
            break
    for module, part in parts:
        yield from reader.calls_outside(module, part)
        yield from reader.variables(module, part)
        if reader.may_hold(module.name):
            yield from reader.calls(module, part)


class _Reader:
    """Reads one package. `held` has what names hold by module, part and name; `returned` what functions return."""

    def __init__(self, places: Mapping[str, Path]) -> None:
        self._places = places
        self.modules: dict[str, Module] = {}
        self._held: dict[str, dict[tuple[str, str], Client]] = {}
        self._returned: dict[str, dict[str, Client]] = {}

    def module(self, name: str) -> Module | None:
        """A module of the package; None for any other, such as boto3."""
        if name not in self.modules and name in self._places:
            path = self._places[name]
            if (module := module_at(name, path, path.stat().st_mtime_ns)) is not None:
                self.modules[name] = module
                self._held[name], self._returned[name] = {}, {}
        return self.modules.get(name)

    @property
    def known(self) -> int:
        """How much is known: it only grows."""
        return sum(len(each) for each in self._held.values()) + sum(len(each) for each in self._returned.values())

    def may_hold(self, name: str) -> bool:
        """Whether a module can hold clients by now: it makes or is given some, or imports what holds or returns one."""
        module = self.modules[name]
        if module.makes_clients or self._held[name]:
            return True
        for source, imported in module.imported.values():
            if not imported or imported == ANY or f"{source}.{imported}" in self.modules:
                whole = f"{source}.{imported}".removesuffix(ANY).rstrip(".")
                if self._held.get(whole) or self._returned.get(whole):
                    return True
            else:
                origin, original = self._origin(source, imported)
                parts = {part or name for part, name in self._held.get(origin, ())}
                if original in parts or original in self._returned.get(origin, ()):
                    return True
        return False

    def _origin(self, source: str, name: str) -> tuple[str, str]:
        """The module that defines what another one may only hand on, and the name there."""
        for _ in range(_ROUNDS):
            module = self.modules.get(source)
            if module is None or name in module.definitions or name not in module.imported:
                break
            source, name = module.imported[name]
        return source, name

    def learn(self, module: Module, part: str) -> None:
        """Remembers which names of a part hold clients, as far as they are known now."""
        for function in functions(module, part):
            self._hold_defaults(module, part, function)
            if isinstance(module.definitions.get(part), ast.ClassDef):
                name = f".{function.name}" if is_property(function) else f".{function.name}()"
                for client in self._returned_by(module, part, function):
                    self._held[module.name][part, name] = client
        for node in module.binding[part]:
            match node:
                case ast.Assign(targets=targets, value=value):
                    self._hold(module, part, targets, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._hold(module, part, [target], value)
                case ast.NamedExpr(target=target, value=value):
                    self._hold(module, part, [target], value)
                case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                    self._hold(module, part, [target], value)
                case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                    self._hold(module, part, [target], value)  # what iterates over a resource holds resources
                case ast.Call():
                    self._pass_on(module, part, node)
        definition = module.definitions.get(part)
        if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
            for client in self._returned_by(module, part, definition):
                self._returned[module.name][part] = client

    def _returned_by(self, module: Module, part: str, function: Function) -> Iterator[Client]:
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and node.value and (client := self.client(module, part, node.value)):
                yield client

    def _hold_defaults(self, module: Module, part: str, function: Function) -> None:
        for name, default in defaults(function):
            if client := self.client(module, part, default):
                self._held[module.name][part, name] = client

    def _hold(self, module: Module, part: str, targets: list[ast.expr], value: ast.expr) -> None:
        for target in targets:
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for each, its in zip(target.elts, value.elts, strict=False):
                    self._hold(module, part, [each], its)
        if client := self.client(module, part, value):
            for target in targets:
                if isinstance(target, ast.Name):
                    self._held[module.name][part, target.id] = client
                elif isinstance(target, ast.Attribute):
                    self._held[module.name][part, f".{target.attr}"] = client

    def _pass_on(self, module: Module, part: str, call: ast.Call) -> None:
        """A client that is an argument is held by the function's parameter."""
        target = self._function(module, call.func)
        if target is None:
            return
        other, function = target
        for name, value in given(other.definitions[function], call).items():
            if client := self.client(module, part, value):
                self._held[other.name][function, name] = client

    def _function(self, module: Module, node: ast.expr) -> tuple[Module, str] | None:
        if isinstance(node, ast.Name):
            source, name = (
                (module.name, node.id) if node.id in module.definitions else module.imported.get(node.id, ("", ""))
            )
        elif isinstance(node, ast.Attribute):
            source, name = module.module_named(node.value), node.attr
        else:
            return None
        source, name = self._origin(source, name)
        other = self.module(source)
        return (other, name) if other and name and name in other.definitions else None

    def client(self, module: Module, part: str, node: ast.expr) -> Client | None:
        """What an expression holds; None if it is no client."""
        match node:
            case ast.Name(id=name):
                held = self._held[module.name]
                if client := held.get((part, name)) or held.get(("", name)):
                    return client
                everything = module.imported.get(ANY, ("", ""))[0]
                source, original = self._origin(*module.imported.get(name, (everything, name)))
                return self._held.get(source, {}).get(("", original))
            case ast.Attribute(value=value, attr=name):
                if (named := module.module_named(value)) in self._held:
                    source, original = self._origin(named, name)
                    return self._held.get(source, {}).get(("", original))
                if (outer := self.client(module, part, value)) and outer.kind == "resource":
                    return outer
                return self._kept(module, part, f".{name}")
            case ast.Call():
                return self._made(module, part, node)
            case ast.IfExp(body=one, orelse=other_):
                return self.client(module, part, one) or self.client(module, part, other_)
            case ast.BoolOp(values=values):
                return next(filter(None, (self.client(module, part, each) for each in values)), None)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                return self.client(module, part, value)
        return None

    def _kept(self, module: Module, part: str, attribute: str) -> Client | None:
        """What an attribute holds: in this class, or in the only ones that have a client under that name."""
        if client := self._held[module.name].get((part, attribute)):
            return client
        found = {client for held in self._held.values() for (_, name), client in held.items() if name == attribute}
        return found.pop() if len(found) == 1 else None

    def _made(self, module: Module, part: str, call: ast.Call) -> Client | None:
        """The client that a call returns."""
        name = self._boto3(module, part, call.func)
        if name == "Session":
            return Client("", "session")
        if name in ("client", "resource"):
            return _client_named(argument(call, 0, "service_name"), name)
        if (found := self._function(module, call.func)) and (client := self._returned[found[0].name].get(found[1])):
            if not client.parameter:
                return client
            return _client_named(given(found[0].definitions[found[1]], call).get(client.parameter), client.kind)
        if isinstance(call.func, ast.Attribute):
            outer = self.client(module, part, call.func.value)
            if outer and outer.kind == "resource":
                return outer
            return self._kept(module, part, f".{call.func.attr}()")
        return None

    def _boto3(self, module: Module, part: str, node: ast.expr) -> str:
        """The name of what boto3 offers, if an expression is that; otherwise empty."""
        named = module.module_named(node)
        if named in ("boto3.client", "boto3.resource", "boto3.Session", "boto3.session.Session"):
            return named.rpartition(".")[2]
        if isinstance(node, ast.Attribute):
            outer = self.client(module, part, node.value)
            return node.attr if outer and outer.kind == "session" else ""
        return ""

    def calls_outside(self, module: Module, part: str) -> Iterator[Call]:
        """The calls of libraries that open connections to any address."""
        for node in module.binding[part]:
            if isinstance(node, ast.Call):
                named = module.module_named(node.func)
                if named.startswith(_OPEN_CONNECTIONS) and named not in self.modules:
                    yield Call(OUTSIDE, named, module.path, node.lineno)

    def variables(self, module: Module, part: str) -> Iterator[Call]:
        """The environment variables without which the code fails: `os.environ["NAME"]`."""
        for node in module.nodes[part]:
            match node:
                case ast.Subscript(value=value, slice=ast.Constant(value=str(name)), ctx=ast.Load()):
                    if module.module_named(value) == "os.environ":
                        yield Call(VARIABLE, name, module.path, node.lineno)

    def calls(self, module: Module, part: str) -> Iterator[Call]:
        """The operations that a part mentions on what holds a client."""
        named = {id(node.func): node for node in module.nodes[part] if isinstance(node, ast.Call)}
        for node in module.nodes[part]:
            if not isinstance(node, ast.Attribute) or not (client := self.client(module, part, node.value)):
                continue
            if not client.service:
                continue  # a session, or what is a client of any service
            operation, call = node.attr, named.get(id(node))
            if operation in _BY_NAME:
                operation = (text(call, _BY_NAME[operation], "ClientMethod") if call else "") or ""
                operation = WAITERS.get(operation.replace("_", ""), operation)
            if operation:
                yield Call(client.service, operation, module.path, node.lineno, client.kind == "resource")


def _client_named(service: ast.expr | None, kind: str) -> Client | None:
    match service:
        case ast.Constant(value=str(name)):
            return Client(name, kind)
        case ast.Name(id=name):
            return Client("", kind, name)
    return None
