"""What the library's docstrings promise to whoever writes a handler: an example that runs, and a word on everything."""

import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import ffp_lambda
import pytest

from settings import Quota
from tests.library.fakes import CONTEXT, TENANT, USER, FakeConnection, body_of, request_event
from tests.library.variables import limits

INTERFACE = str(ffp_lambda.__doc__)
MODULES = [module.name for module in pkgutil.iter_modules(ffp_lambda.__path__, "ffp_lambda.")]
LINES_OF_A_SCREEN = 45


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The documented handler."""
    for name, value in limits(Quota(name="goals", per_user=1, per_tenant=1)).items():
        monkeypatch.setenv(name, value)
    (code,) = re.findall(r"^(    from .*?)^\|", INTERFACE, re.DOTALL | re.MULTILINE)
    made: dict[str, Any] = {}
    exec(textwrap.dedent(code), made)
    return made["handler"]


def test_the_example_writes_for_its_caller_and_answers(example: Any, database: FakeConnection) -> None:
    database.answers["insert into goals"] = [{"goal_id": 7}]
    answer = example(request_event({"title": " Walk "}), CONTEXT)
    assert (answer["statusCode"], body_of(answer)) == (201, {"goal_id": 7})
    assert database.parameters_of("set_config")["tenant"] == TENANT
    assert database.parameters_of("insert into goals") == {"user": USER, "title": "Walk"}
    assert {given["quota"] for sql, given in database.statements if "insert into daily_use" in sql} == {"goals"}


def test_the_example_refuses_what_it_must(example: Any, database: FakeConnection) -> None:
    database.answers["insert into daily_use"] = []
    assert example(request_event({"title": "Walk"}), CONTEXT)["statusCode"] == 429
    assert example(request_event({"title": ""}), CONTEXT)["statusCode"] == 400
    assert not [sql for sql in database.sql if "insert into goals" in sql]


def test_everything_that_the_table_names_is_there_and_it_is_one_screen() -> None:
    named = [
        name for row in re.findall(r"^\| (`.*?) \|", INTERFACE, re.MULTILINE) for name in re.findall(r"`(.+?)`", row)
    ]
    assert len(named) >= 15
    for name in named:
        module, attribute = name.split(".")
        assert hasattr(importlib.import_module(f"ffp_lambda.{module}"), attribute), name
    assert INTERFACE.count("\n") <= LINES_OF_A_SCREEN


def _public(module: Any) -> Iterator[tuple[str, Any]]:
    """The functions and classes that a module makes, and the methods and properties of the classes."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        yield f"{module.__name__}.{name}", value
        for part, each in vars(value).items() if inspect.isclass(value) else ():
            if not part.startswith("_") and (inspect.isfunction(each) or isinstance(each, property)):
                yield f"{module.__name__}.{name}.{part}", each


def _is_described(value: Any) -> bool:
    """By a docstring of its own: a data class makes one of its fields, and a method inherits none."""
    return bool(value.__doc__) and not value.__doc__.startswith(f"{getattr(value, '__name__', '')}(")


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_is_described(name: str) -> None:
    public = dict(_public(importlib.import_module(name)))
    assert public
    assert [each for each, value in public.items() if not _is_described(value)] == []
