"""Opens pages in an installed Chromium, without a network and with a fresh profile each time."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ffp import doctor
from tests.support import require

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP, PHONE = (1280, 900), (390, 844)
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Opened:
    """A page in the browser, with everything that it asked for and everything that the browser complained about."""

    page: "Page"
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def run(self, script: str, argument: Any = None) -> Any:
        """What a function of JavaScript returns in the page."""
        return self.page.evaluate(script, argument)


@pytest.fixture(scope="module")  # while Playwright runs, no test in the same process could use asyncio
def chromium() -> Iterator["Browser"]:
    """A browser for the tests of one file."""
    require(importlib.util.find_spec("playwright"), "Playwright")
    program = require(doctor.browser(), "Chromium")
    from playwright.sync_api import sync_playwright  # only here: it may be missing

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


@contextmanager
def opened(browser: "Browser", file: Path, size: tuple[int, int] = DESKTOP, *, dark: bool = False) -> Iterator[Opened]:
    """A page as it is after its script ran; on a phone if it is so narrow."""
    phone = size == PHONE
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        is_mobile=phone,
        has_touch=phone,
        offline=True,
    )
    found = Opened(context.new_page())
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.on("console", lambda message: found.complaints.append(message.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(file.as_uri())
    yield found
    context.close()
