"""The review's Markdown is never too long, contains every red line, and cannot be steered by a value."""

import re

import pytest
from markdown_it import MarkdownIt

from ffp.review.markdown import MOST_CHARACTERS, as_markdown, marker
from ffp.review.markdown_text import code, words
from ffp.review.report import Review
from ffp.review.shown import one_line, shown
from tests.review.made_review import NASTY, PRODUCTION, SMALL, hostile, large

SIZES = {
    "small": SMALL,
    "production": PRODUCTION,
    "hostile": hostile(),
    "large": large(),
    "many red": large(red=300, changed=2_000),
    "all red": large(red=1_000, changed=2_000),
    "far too many": large(resources=5_000, rows=10_000, red=5_000, changed=10_000),
}
OURS = {"b", "br", "code", "details", "h2", "hr", "li", "p", "span", "strong", "summary", "table", "tbody", "td", "th"}
OURS |= {"thead", "tr", "ul"}


def rendered(markdown: str) -> str:
    return str(MarkdownIt("gfm-like", {"linkify": False}).render(markdown))


def tags(html: str) -> set[str]:
    return {each.lower() for each in re.findall(r"</?([A-Za-z][\w-]*)", html)}


@pytest.mark.parametrize("name", SIZES)
def test_it_is_never_longer_than_a_comment_can_be(name: str) -> None:
    assert len(as_markdown(SIZES[name], "review.html")) <= MOST_CHARACTERS


@pytest.mark.parametrize("name", ["production", "hostile", "large"])
def test_every_red_line_is_there_with_its_values(name: str) -> None:
    review = SIZES[name]
    text = as_markdown(review)
    for concern in review.red:
        assert f"- 🔴 **{words(concern.title, 600)[:150]}" in text
        assert code(concern.address, 160) in text
        assert code(concern.after, 150) in text or len(concern.after) > 150


@pytest.mark.parametrize("name", ["many red", "all red"])
def test_if_red_lines_are_too_many_each_address_stays_with_its_number(name: str) -> None:
    review = SIZES[name]
    text = as_markdown(review).split("<details>")[0]
    for concern in review.red:
        assert f"{concern.address.rpartition('.')[2]}`" in text
    assert f"{len(review.red)} red" in text


def test_beyond_all_measure_it_says_how_many_there_are() -> None:
    assert "And more: 5,000 red lines in all" in as_markdown(SIZES["far too many"])


def test_what_is_left_out_is_counted() -> None:
    text = as_markdown(SIZES["large"])
    rows = sum(line.startswith("| 🔴 added") or line.startswith("| added") for line in text.splitlines())
    missing = sum(int(each.replace(",", "")) for each in re.findall(r"^([\d,]+) more changed row", text, re.MULTILINE))
    assert rows + missing == sum(section.changed_rows for section in SIZES["large"].sections)
    assert "24 unchanged rows: on the full page" in as_markdown(PRODUCTION)


def test_the_first_line_finds_the_comment_and_the_last_names_the_page() -> None:
    lines = as_markdown(PRODUCTION, "https://ci.example/runs/7/review-prod.html").splitlines()
    assert lines[0] == "<!-- ffp review prod -->" == marker("prod")
    assert lines[-1].startswith("[The full page](https://ci.example/runs/7/review-prod.html)")
    assert (
        as_markdown(PRODUCTION, "review-prod.html").splitlines()[-1].startswith("The full page is `review-prod.html`")
    )
    assert as_markdown(PRODUCTION, "javascript:alert(1)").splitlines()[-1].startswith("The full page is `javascript")


def test_a_value_cannot_fake_or_close_the_marker() -> None:
    text = as_markdown(hostile())
    assert (text.count("<!--"), text.count("-->")) == (1, 1)
    assert marker("a --> b") == "<!-- ffp review ab -->"


@pytest.mark.parametrize("name", SIZES)
def test_values_add_no_element_and_no_link(name: str) -> None:
    found = tags(rendered(as_markdown(SIZES[name], "review.html")))
    assert found <= OURS


def test_a_table_has_as_many_cells_as_columns_whatever_the_values_are() -> None:
    html = rendered(as_markdown(hostile()))
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    assert rows
    assert {len(re.findall(r"<t[hd]>", row)) for row in rows} == {4}


@pytest.mark.parametrize("value", [each for each in NASTY if each and len(each) < 1_000])
def test_words_and_code_say_what_the_value_says(value: str) -> None:
    for text in (words(value, 500), code(value, 500)):
        html = rendered(f"| a |\n|---|\n| x {text} y |")
        (cell,) = re.findall(r"<td>(.*)</td>", html)
        plain = re.sub(r"<[^>]+>", "", cell)
        for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"), ("\u200b", "")):
            plain = plain.replace(entity, character)
        expected = one_line(shown(value)) if text == words(value, 500) else shown(value).strip().replace("\n", "⏎")
        assert plain == f"x {expected} y"


@pytest.mark.parametrize(
    ("value", "links"),
    [
        ("@octocat", r"@\w"),
        ("see #123 and owner/repo#6", r"#\d"),
        ("GH-45", r"GH-\d"),
        ("https://evil.example", r"https?://"),
        ("www.evil.example", r"www\.\w"),
        ("mail someone@example.com", r"@\w"),
        (":tada:", r":\w+:"),
        ("${a}:${b}", r"\$\{"),
        ("# heading", r"^#\s"),
        ("- item", r"^-\s"),
        ("1. item", r"^1\."),
    ],
)
def test_nothing_of_a_value_is_left_for_a_code_host_to_link(value: str, links: str) -> None:
    assert re.search(links, value)
    assert not re.search(links, re.sub(r"&#\d+;", " ", words(value, 500)))


def test_no_review_is_empty() -> None:
    nothing = Review("dev", "a", "b", (), (), (), (), {})
    assert "✅ dev: nothing needs a second look" in as_markdown(nothing)
