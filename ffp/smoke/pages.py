"""The forms of a sign-in page, by their fields: Cognito documents neither their names nor their addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_TYPED = ("email", "number", "tel", "text")  # kinds of fields that a person fills in


@dataclass
class Form:
    """One form: where it goes, what it sends by itself, and the names of the fields that a person fills in."""

    action: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Mapping[str, str] = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", "")))
        if tag == "input" and self.found and given.get("name"):
            kind, name, form = given.get("type", "text").lower(), given["name"], self.found[-1]
            if kind == "hidden":
                form.hidden[name] = given.get("value", "")
            elif kind == "password":
                form.passwords.append(name)
            elif kind in _TYPED:
                form.typed.append(name)


def _forms(page: str) -> list[Form]:
    parser = _Forms()
    parser.feed(page)
    return parser.found


def password_form(page: str) -> Form | None:
    """The form that asks for a name and a password; Cognito's page has it twice, for small screens and large ones."""
    return next((each for each in _forms(page) if len(each.passwords) == 1 and each.typed), None)


def code_form(page: str) -> Form | None:
    """The form that asks for one thing, which is no password: the second factor."""
    return next((each for each in _forms(page) if len(each.typed) == 1 and not each.passwords), None)
