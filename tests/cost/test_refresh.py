"""`ffp cost refresh`: the book is renewed from a price list of AWS's shape, all of it or nothing."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ffp import cli
from ffp.cost import book, load_book
from ffp.cost import refresh as renewing
from ffp.cost.refresh import Renewal, refresh
from ffp.project import BadInputError, ToolError
from tests.cost.price_list import VERSION, PriceList, served


@pytest.fixture
def prices() -> PriceList:
    return PriceList.of_the_book()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of the book."""
    copied = tmp_path / "prices.json"
    copied.write_text(book.FILE.read_text(encoding="utf-8"), encoding="utf-8")
    return copied


@pytest.fixture
def renew(prices: PriceList, file: Path) -> Iterator[Callable[..., Renewal]]:
    """Renews the copy from the price list."""
    with served(prices) as address:
        yield lambda **more: refresh(address, lambda _: None, file=file, **more)


def _book(file: Path) -> book.Book:
    return book.parse(file.read_text(encoding="utf-8"), str(file))


def test_a_price_list_with_the_books_prices_confirms_them(renew: Callable[..., Renewal], file: Path) -> None:
    done = renew()
    offered = [name for name, price in load_book().prices.items() if price.offer]
    assert done.moved == ()
    assert done.confirmed == len(offered)
    assert set(done.kept) == set(load_book().prices) - set(offered)
    now = _book(file).prices
    for name in offered:
        assert now[name].tiers == load_book().prices[name].tiers
        assert (now[name].confidence, now[name].date) == ("A", "2027-01-31")
        assert VERSION in now[name].source


def test_a_price_that_moved_is_shown_with_old_new_and_per_cent(
    renew: Callable[..., Renewal], prices: PriceList, file: Path
) -> None:
    old = load_book().prices["nat.hour"].first
    prices.rows["nat.hour"][0]["PricePerUnit"] = f"{old * 2:f}"
    (moved,) = renew().moved
    assert (moved.item, moved.old, moved.new, moved.percent) == ("nat.hour", old, old * 2, Decimal(100))
    assert _book(file).prices["nat.hour"].first == old * 2


def test_a_tier_that_is_new_is_read(renew: Callable[..., Renewal], prices: PriceList, file: Path) -> None:
    (*_, last) = prices.rows["endpoint.gb"]
    prices.rows["endpoint.gb"] = [
        {**last, "EndingRange": "1048576"},
        {**last, "StartingRange": "1048576", "PricePerUnit": "0.0060000000"},
    ]
    renew()
    assert [tier.price for tier in _book(file).prices["endpoint.gb"].tiers] == [Decimal("0.01"), Decimal("0.006")]


def test_a_first_tier_at_no_price_is_the_free_allowance(
    renew: Callable[..., Renewal], prices: PriceList, file: Path
) -> None:
    (row,) = prices.rows["sns.email"]
    prices.rows["sns.email"] = [
        {**row, "EndingRange": "2000", "PricePerUnit": "0.0000000000"},
        {**row, "StartingRange": "2000", "EndingRange": "5000"},
        {**row, "StartingRange": "5000", "PricePerUnit": "0.0000100000"},
    ]
    renew()
    now = _book(file).prices["sns.email"]
    assert now.free
    assert now.free.quantity == 2000
    assert [(tier.up_to, tier.price) for tier in now.tiers] == [(3000, Decimal("0.00002")), (None, Decimal("0.00001"))]


def test_rows_that_do_not_settle_a_price_that_nobody_has_seen_leave_it_as_it_is(
    renew: Callable[..., Renewal], prices: PriceList, file: Path
) -> None:
    (row,) = prices.rows["rds.backup_gb"]
    prices.rows["rds.backup_gb"] = [row, {**row, "SKU": "ANOTHER", "PricePerUnit": "0.07"}]
    assert "rds.backup_gb" in renew().kept
    assert _book(file).prices["rds.backup_gb"] == load_book().prices["rds.backup_gb"]


def test_it_reads_a_compressed_list_too(renew: Callable[..., Renewal], prices: PriceList) -> None:
    prices.compressed = True
    assert renew().confirmed


def test_a_row_that_nobody_has_seen_may_be_missing(
    renew: Callable[..., Renewal], prices: PriceList, file: Path
) -> None:
    (unseen, *_) = [name for name, each in load_book().prices.items() if each.offer and not each.offer.is_seen]
    del prices.rows[unseen]
    assert unseen in renew().kept
    assert _book(file).prices[unseen] == load_book().prices[unseen]


def _set(item: str, **columns: str) -> Callable[[PriceList], None]:
    def change(prices: PriceList) -> None:
        prices.rows[item] = [{**row, **columns} for row in prices.rows[item]]

    return change


def _another_row(prices: PriceList) -> None:
    (row, *_) = prices.rows["nat.hour"]
    prices.rows["nat.hour"].append({**row, "SKU": "ANOTHER", "PricePerUnit": "0.07"})


def _without(item: str) -> Callable[[PriceList], None]:
    return lambda prices: prices.rows[item].clear()


def _file(service: str, text: str) -> Callable[[PriceList], None]:
    def change(prices: PriceList) -> None:
        prices.replaced[service] = text.encode()

    return change


def _part_of_file(prices: PriceList) -> None:
    whole = prices.file("AWSLambda")
    prices.replaced["AWSLambda"] = whole[: whole.rindex(b",")]


def _not_found(prices: PriceList) -> None:
    answer = prices.answer
    prices.answer = lambda path: None if "AmazonS3" in path else answer(path)  # type: ignore[method-assign]


def _index(text: str) -> Callable[[PriceList], None]:
    def change(prices: PriceList) -> None:
        answer = prices.answer
        index = "AWSLambda/current/region_index.json"
        prices.answer = lambda path: text.encode() if path.endswith(index) else answer(path)  # type: ignore[method-assign]

    return change


FAULTS: dict[str, tuple[Callable[[PriceList], object], str]] = {
    "a row is missing": (_without("nat.hour"), "nat.hour: the price list has no row EUW2-NatGateway-Hours"),
    "a tier is missing": (
        lambda prices: prices.rows["s3.standard_gb"].pop(1),
        "s3.standard_gb: its tiers have gaps",
    ),
    "the unit changed": (_set("nat.hour", Unit="Minutes"), "nat.hour: its unit was Hrs and is Minutes now"),
    "the magnitude changed": (
        _set("ipv4.hour", PricePerUnit="0.0001"),
        "ipv4.hour: its price was 0.005 and is 0.0001 now",
    ),
    "a price became nothing": (_set("nat.gb", PricePerUnit="0.0000000000"), "nat.gb: its price was 0.05"),
    "a price is below zero": (_set("nat.gb", PricePerUnit="-0.05"), "nat.gb: a row's price is below zero"),
    "a price is no number": (_set("nat.gb", PricePerUnit="cheap"), "nat.gb: a row's price or range is no number"),
    "the currency is another": (
        _set("nat.hour", Currency="CNY"),
        "nat.hour: its price is in CNY, and the book is in USD",
    ),
    "two prices match": (_another_row, "nat.hour: 2 rows EUW2-NatGateway-Hours with different prices match"),
    "the file is no CSV": (_file("AWSLambda", "<html>sorry</html>"), "AWSLambda, eu-west-2: it has no column TermType"),
    "the file is empty": (_file("AWSLambda", ""), "AWSLambda, eu-west-2: it has no column TermType"),
    "the file ends within a row": (_part_of_file, "the file is cut off"),
    "the connection ends early": (lambda prices: prices.cut_off.add("AmazonEC2"), "AmazonEC2, eu-west-2: "),
    "there is no such file": (_not_found, "AmazonS3, eu-west-2: "),
    "the index is no JSON": (_index("none"), "AWSLambda, eu-west-2: "),
    "the index has no such region": (_index('{"regions": {}}'), "AWSLambda, eu-west-2: its index has no eu-west-2"),
    "the index leads elsewhere": (
        _index('{"regions": {"eu-west-2": {"currentVersionUrl": "//elsewhere.example/offers/index.json"}}}'),
        "which is no file of the price list",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_price_list_leaves_the_book_as_it_is(
    renew: Callable[..., Renewal], prices: PriceList, file: Path, fault: str
) -> None:
    change, said = FAULTS[fault]
    change(prices)
    prices.rows["waf.acl"] = []
    before = file.read_bytes()
    with pytest.raises(ToolError) as refused:
        renew()
    assert said in str(refused.value)
    assert str(refused.value).endswith("prices.json is unchanged")
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_all_problems_are_shown_at_once(renew: Callable[..., Renewal], prices: PriceList) -> None:
    _set("nat.hour", Unit="Minutes")(prices)
    _set("kms.key", Currency="EUR")(prices)
    prices.cut_off.add("AWSLambda")
    with pytest.raises(ToolError) as refused:
        renew()
    named = [line.split(":")[0] for line in str(refused.value).splitlines()]
    assert {"nat.hour", "kms.key", "AWSLambda, eu-west-2"} <= set(named)


def test_a_change_that_looks_wrong_is_taken_when_somebody_accepts_it(
    renew: Callable[..., Renewal], prices: PriceList, file: Path
) -> None:
    _set("nat.hour", Unit="Minutes", PricePerUnit="0.0008")(prices)
    renew(accept=["nat.hour"])
    assert _book(file).prices["nat.hour"].first == Decimal("0.0008")


def test_a_book_that_cannot_be_written_stays_as_it_was(
    renew: Callable[..., Renewal], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left")

    before = file.read_bytes()
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        renew()
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"base": "ftp://prices.example"}, "from: ftp://prices.example is no https address"),
        ({"base": "http://prices.example"}, "from: http://prices.example is no https address"),
        ({"accept": ["nothing"]}, "accept: nothing is no item of the price book"),
    ],
)
def test_bad_input_is_refused_before_anything_is_asked(file: Path, more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        refresh(more.pop("base", "http://127.0.0.1:1"), lambda _: None, file=file, **more)


def test_a_file_larger_than_memory_may_hold_is_read_as_a_stream(
    renew: Callable[..., Renewal], prices: PriceList
) -> None:
    small = prices.file("AmazonEC2")
    line = small.splitlines(keepends=True)[-1].replace(b"Reserved", b"Other")
    prices.replaced["AmazonEC2"] = small + line * 60_000
    size = len(prices.replaced["AmazonEC2"])
    tracemalloc.start()
    renew()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 10_000_000
    assert peak < size / 3


def test_the_command_shows_what_moved(prices: PriceList, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing.refresh, "__kwdefaults__", {"accept": (), "file": file})
    _set("nat.hour", PricePerUnit="0.0600000000")(prices)
    with served(prices) as address:
        done = CliRunner().invoke(cli.app, ["cost", "refresh", "--from", address])
    assert done.exit_code == 0, done.output
    for word in ("nat.hour", "0.05", "0.06", "+20.0 %", "1 prices moved", "run `make update`"):
        assert word in done.output
    assert json.loads(file.read_text(encoding="utf-8"))["prices"]["nat.hour"]["tiers"][0]["price"] == "0.06"
