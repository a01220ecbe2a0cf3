"""The review's page contains everything, in order, in one file of limited size, and treats every value as text."""

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest

from ffp.review.page import MOST_BYTES, as_page
from ffp.review.report import Mark, Picture, Review, Row, Section, Table
from ffp.review.shown import clipped, shown, source_link
from tests.review.made_review import NASTY, PRODUCTION, ROUTE, SMALL, SVG, hostile, large

BASE = "https://code.example/team/infrastructure/blob/9a8b7c6"


@dataclass
class Read(HTMLParser):
    """What a browser finds in a page: elements with their attributes, and the texts outside styles and scripts."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)
    _inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside in ("style", "script"):
            self.raw[self._inside] = data
        else:
            self.texts.append(data)
        self._inside = ""

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def having(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


def read(review: Review, base_url: str = "") -> Read:
    found = Read()
    found.feed(as_page(review, base_url))
    return found


ALL = {"small": SMALL, "production": PRODUCTION, "hostile": hostile(), "large": large()}


def test_1000_resources_and_2000_rows_fit_into_1_5_mb() -> None:
    review = large()
    assert sum(1 for _ in review.rows()) == 2_000
    page = as_page(review, BASE)
    assert len(page.encode()) <= MOST_BYTES
    assert all(row.cells[2] in page for row in review.rows())


@pytest.mark.parametrize(
    "review",
    [
        large(resources=5_000, rows=10_000, red=200, changed=10_000),
        replace(
            SMALL,
            sections=(
                Section("long", "Long", "", (Table("T", ("A",), (Row(("y" * 100_000,), details="z" * 10**6),) * 400),)),
            ),
        ),
    ],
    ids=["rows", "values"],
)
def test_no_review_makes_a_larger_page_and_it_says_what_is_missing(review: Review) -> None:
    page = as_page(review)
    assert len(page.encode()) <= MOST_BYTES
    assert "contains everything" in page
    assert all(each.title in page for each in review.concerns)


def test_everything_of_a_review_is_on_its_page() -> None:
    text = read(PRODUCTION).text
    for concern in (*PRODUCTION.concerns, *(each.concern for each in PRODUCTION.silenced)):
        for part in (concern.title, concern.before, concern.after, concern.why, concern.address):
            assert part in text
    for row in PRODUCTION.rows():
        assert all(" ".join(each.split()) in text for each in (*row.cells, row.details, row.address))
    for section in PRODUCTION.sections:
        assert section.title in text
        assert section.summary in text
    assert all(each in text for each in (*PRODUCTION.unknowns, *PRODUCTION.sources.values()))
    assert "the old player needs it until it is gone" in text
    assert "2027-01-31" in text


def test_the_verdict_comes_first_and_red_before_amber() -> None:
    page = as_page(PRODUCTION)
    titles = [each.title for each in PRODUCTION.concerns]
    places = [page.index(each) for each in (*titles, "admits uploads from any origin", 'id="access-title"')]
    assert places == sorted(places)
    assert "What to do" in page
    assert "What to do" not in as_page(SMALL)


def test_sections_are_in_order_with_their_numbers_of_changes() -> None:
    names = [attributes["href"] for tag, attributes in read(PRODUCTION).elements if tag == "a" and "href" in attributes]
    assert names[1:6] == ["#verdict", "#access", "#network", "#watching", "#changes"]
    assert "Access 3 changed Network and front door 1 changed Watching What changes 3 changed" in read(PRODUCTION).text


@pytest.mark.parametrize("name", ALL)
def test_ids_are_unique_and_every_link_inside_leads_somewhere(name: str) -> None:
    found = read(ALL[name], BASE)
    ids = found.having("id")
    assert len(ids) == len(set(ids))
    inside = {each[1:] for each in found.having("href") if each.startswith("#")}
    referred = {each for name in ("aria-labelledby", "aria-describedby", "for") for each in found.having(name)}
    assert inside | referred <= set(ids)


def test_a_concern_links_to_the_rows_about_its_resource() -> None:
    page = as_page(PRODUCTION)
    (anchor,) = re.findall(r'href="#(row-\d+)"><span aria-hidden="true">↓ </span>Network and front door<', page)
    row = page[page.index(f'id="{anchor}"') :]
    assert "GET /notes" in row[: row.index("</tbody>")]
    assert 'href="#concern-2"' in row[: row.index("</tbody>")]


def test_an_address_shows_its_line_of_python_and_links_to_it_with_a_base() -> None:
    source = PRODUCTION.sources[ROUTE]
    assert f'<span class="src">{source}</span>' in as_page(PRODUCTION)
    assert f'{BASE}/{source.replace(":", "#L")}" rel="noreferrer">{source}</a>' in as_page(PRODUCTION, BASE)


@pytest.mark.parametrize("base", ["javascript:alert(1)", "https://x.example/\"onclick='1", "data:text/html,x", "//x"])
def test_only_a_web_address_becomes_a_link(base: str) -> None:
    assert source_link("modules/api/routes.py:61", base) == ""
    assert 'rel="noreferrer"' not in as_page(PRODUCTION, base)


@pytest.mark.parametrize("name", ALL)
def test_the_policy_admits_only_the_pages_own_style_and_script(name: str) -> None:
    found = read(ALL[name])
    (policy,) = [attributes["content"] for _, attributes in found.elements if "http-equiv" in attributes]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(found.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("name", ALL)
def test_values_are_text_and_never_markup(name: str) -> None:
    found = read(ALL[name], BASE)
    tags = [tag for tag, _ in found.elements]
    assert (tags.count("script"), tags.count("style"), tags.count("img")) == (1, 1, 0)
    assert not [key for _, attributes in found.elements for key in attributes if key.startswith("on") or key == "style"]
    assert all(each.startswith(("#", BASE, "data:image/svg+xml,")) for each in found.having("href"))
    assert not found.having("src")


def test_hostile_values_are_readable() -> None:
    text = read(hostile()).text
    for value in NASTY:
        if len(value) < 1_000:
            assert " ".join(shown(value).split()) in text
    assert "(100,000 characters)" in text


def test_invisible_and_turning_characters_are_shown_as_codes() -> None:
    assert shown("a\u202eb\x00c\ud800d\u200b") == r"a\u202eb\x00c\ud800d\u200b"
    assert shown("line\n\tnext שלום é 🔴") == "line\n\tnext שלום é 🔴"
    assert clipped("x" * 50, 30) == f"{'x' * 12}… (50 characters)" or len(clipped("x" * 50, 40)) == 40


def test_pictures_keep_to_themselves() -> None:
    bad = SVG.replace(
        "<rect", '<a href="https://evil.example"><text>x</text></a><image href="https://evil.example"/><rect'
    )
    style = "<style>\n.paper { fill: url(https://evil.example); }\n</style>"
    pictures = (Picture("One", SVG, "first"), Picture("Two", bad, "second"), Picture("Three", bad + "<", "broken"))
    section = Section("p", "P", "", (), (*pictures, Picture("Four", SVG.replace("<rect", f"{style}<rect"), "fourth")))
    found = read(replace(SMALL, sections=(section,)))
    assert [tag for tag, _ in found.elements].count("svg") == 3
    assert not [each for each in found.having("href") if "evil" in each]
    assert "evil" not in found.raw["style"]
    assert re.search(r"^\.drawn-1 text \{", found.raw["style"], re.MULTILINE)
    assert not re.search(r"^text \{", found.raw["style"], re.MULTILINE)
    assert {"One", "first", "Two", "second"} <= set(found.texts)


def test_a_table_without_rows_is_its_sentence_or_nothing() -> None:
    tables = (Table("Empty", ("A",), (), if_empty="Nothing is public."), Table("Silent", ("A",), ()))
    text = read(replace(SMALL, sections=(Section("s", "S", "", tables),))).text
    assert "Nothing is public." in text
    assert "Silent" not in text


def test_unchanged_rows_are_on_the_page_and_marked() -> None:
    page = as_page(PRODUCTION)
    assert page.count('<tbody class="r same"') == sum(row.mark == Mark.SAME for row in PRODUCTION.rows())
