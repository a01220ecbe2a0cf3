"""The review's page in a real browser: it asks for nothing, is accessible, fits a phone, and finds rows at once."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from ffp.doctor import AXE
from ffp.review.page import as_page
from ffp.review.report import Review
from tests.review.browser import DESKTOP, PHONE, opened
from tests.review.made_review import PRODUCTION, SMALL, hostile, large
from tests.support import require

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUIET = replace(SMALL, sections=())
REVIEWS: Mapping[str, Review] = {
    "small": SMALL,
    "quiet": QUIET,
    "production": PRODUCTION,
    "hostile": hostile(),
    "large": large(),
}
LOOKS = {"light": (DESKTOP, False), "dark": (DESKTOP, True), "phone": (PHONE, False), "dark phone": (PHONE, True)}

SEARCH = """(word) => {
  const started = performance.now();
  const search = document.getElementById("search-text");
  search.value = word;
  search.dispatchEvent(new Event("input"));
  document.body.offsetHeight;  // the browser lays the page out
  return performance.now() - started;
}"""
VISIBLE_ROWS = """() => [...document.querySelectorAll(".r")].filter((row) => row.offsetParent).length"""
# Whatever is right of the window and in nothing that scrolls by itself is cut.
CUT = """() => [...document.querySelectorAll("body *")]
  .filter((each) => each.checkVisibility() && !each.closest(".canvas, .sr, .skip, thead, svg"))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5 || each.scrollWidth > each.clientWidth + 1
    && getComputedStyle(each).overflowX === "hidden")
  .map((each) => each.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of all made-up reviews."""
    folder = tmp_path_factory.mktemp("pages")
    for name, review in REVIEWS.items():
        page = as_page(review, "https://code.example/team/infrastructure/blob/9a8b7c6")
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in REVIEWS}


@pytest.mark.parametrize("name", REVIEWS)
def test_a_page_asks_for_nothing_and_nobody_complains(name: str, files: dict[str, Path], chromium: "Browser") -> None:
    with opened(chromium, files[name]) as page:
        page.run("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        page.run(SEARCH, "e")
        assert page.requests == [files[name].as_uri()]
        assert page.complaints == []
        assert "owned" not in page.page.title()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["quiet", "production", "hostile"])
def test_axe_finds_nothing(name: str, look: str, files: dict[str, Path], chromium: "Browser") -> None:
    axe = require(AXE if AXE.exists() else None, "axe").read_text(encoding="utf-8")
    size, dark = LOOKS[look]
    with opened(chromium, files[name], size, dark=dark) as page:
        page.run("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        page.page.get_by_label("Changed rows only").set_checked(False)
        page.run(f"() => {{ {axe} }}")
        found: list[dict[str, Any]] = page.run("async () => (await axe.run()).violations")
        assert [(each["id"], each["help"], each["nodes"][0]["html"][:300]) for each in found] == []


@pytest.mark.parametrize("name", REVIEWS)
def test_nothing_is_cut_on_a_phone(name: str, files: dict[str, Path], chromium: "Browser") -> None:
    with opened(chromium, files[name], PHONE) as page:
        if name != "large":
            page.page.get_by_label("Changed rows only").set_checked(False)
        assert page.run("() => document.documentElement.scrollWidth") <= PHONE[0]
        assert page.run(CUT) == []


def test_search_takes_less_than_50_ms_over_2000_rows(files: dict[str, Path], chromium: "Browser") -> None:
    with opened(chromium, files["large"]) as page:
        page.page.get_by_label("Changed rows only").set_checked(False)
        assert page.run(VISIBLE_ROWS) == 2_000
        words = "group-17 secretsmanager"
        queries = [words[:end] for end in (*range(1, len(words) + 1), 0)]  # typed, and then cleared
        rounds = [[page.run(SEARCH, query) for query in queries] for _ in range(5)]
        slowest = max(median(times) for times in zip(*rounds, strict=True))
        assert slowest < 50, json.dumps(rounds)


def test_search_finds_rows_with_every_word(files: dict[str, Path], chromium: "Browser") -> None:
    with opened(chromium, files["production"]) as page:
        page.page.get_by_label("Changed rows only").set_checked(False)
        page.run(SEARCH, "UPLOAD list")
        assert page.run(VISIBLE_ROWS) == 1
        assert page.page.get_by_role("status").inner_text() == "1 row found"
        page.run(SEARCH, "no such row")
        assert page.page.get_by_role("status").inner_text() == "Nothing found"
        page.page.get_by_label("Search all rows").press("Escape")
        assert page.run(VISIBLE_ROWS) == sum(1 for _ in PRODUCTION.rows())


def test_unchanged_rows_are_one_step_away(files: dict[str, Path], chromium: "Browser") -> None:
    with opened(chromium, files["production"]) as page:
        assert page.run(VISIBLE_ROWS) == sum(section.changed_rows for section in PRODUCTION.sections)
        page.page.get_by_role("button", name="Show 24 unchanged rows").click()
        assert page.run(VISIBLE_ROWS) == sum(section.changed_rows for section in PRODUCTION.sections) + 24
        page.page.get_by_role("button", name="Hide 24 unchanged rows").click()
        page.run(SEARCH, "group-7")
        assert "No changed row found" in page.page.get_by_role("status").inner_text()
        page.page.get_by_role("button", name="Show 1 unchanged, too").click()
        assert page.run(VISIBLE_ROWS) == 1


def test_everything_can_be_reached_by_keyboard(files: dict[str, Path], chromium: "Browser") -> None:
    with opened(chromium, files["production"]) as page:
        reached = []
        for _ in range(6):
            page.page.keyboard.press("Tab")
            reached.append(page.run("() => document.activeElement.textContent || document.activeElement.id"))
        assert reached[:3] == ["Skip to the verdict", "search-text", "only-changed"]
        assert reached[3].startswith("Verdict")
        assert page.run("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_concern_leads_to_its_row_even_if_a_search_hides_it(files: dict[str, Path], chromium: "Browser") -> None:
    with opened(chromium, files["production"]) as page:
        page.run(SEARCH, "nothing of this kind")
        page.page.locator("#concern-2 .more").press("Enter")
        row = page.page.locator(":focus")
        assert "GET /notes" in row.inner_text()
        assert row.is_visible()
        row.get_by_role("link", name="red").press("Enter")
        assert page.page.url.endswith("#concern-2")


def test_the_verdict_is_read_first_and_silenced_concerns_are_folded(
    files: dict[str, Path], chromium: "Browser"
) -> None:
    with opened(chromium, files["production"], PHONE) as page:
        headline = page.page.get_by_role("heading", level=1)
        assert headline.inner_text().startswith("3 changes must be looked")
        assert headline.bounding_box()["y"] < PHONE[1] / 2  # type: ignore[index]
        assert not page.page.get_by_text("admits uploads from any origin").is_visible()
        page.page.get_by_text("1 silenced concern").click()
        assert page.page.get_by_text("admits uploads from any origin").is_visible()


def test_dark_and_light_differ_in_pictures_too(files: dict[str, Path], chromium: "Browser") -> None:
    colours = set()
    for dark in (False, True):
        with opened(chromium, files["production"], dark=dark) as page:
            colours.add(page.run("() => getComputedStyle(document.querySelector('svg text')).fill"))
            colours.add(page.run("() => getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 4
