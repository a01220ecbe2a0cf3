"""AWS's public price list: an index for each service, and for each region a file of rows, read as a stream.

The file of EC2 has some 450 MB: only rows of the wanted usage types are kept.
"""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

PRICE_LIST = "https://pricing.us-east-1.amazonaws.com"
GLOBAL = "global"  # the region of services that have one file for all
_LINES_BEFORE_HEADER = 20
_SECONDS = (10, 60)  # to connect, and between two pieces
_COLUMNS = ("TermType", "StartingRange", "EndingRange", "Unit", "PricePerUnit", "Currency", "usageType")
_FIRST_COLUMN = "SKU"

Row = Mapping[str, str]


class UnreachableListError(Exception):
    """Nothing answers at the price list's address, so no other file of it can be read either."""


class UnreadableOfferError(Exception):
    """A file of the price list cannot be had, or is not what it should be."""


@dataclass
class OfferFile:
    """The wanted rows of one file, with its version and its date of publication."""

    version: str
    date: str
    rows: list[Row] = field(default_factory=list)


def read(base: str, service: str, region: str, wanted: Collection[str], report: Callable[[str], object]) -> OfferFile:
    """Reads the on-demand rows of these usage types. Raises UnreadableOfferError."""
    path = f"/offers/v1.0/aws/{service}/current/index.csv" if region == GLOBAL else _path(base, service, region)
    report(f"reading {service}, {region}")
    with _opened(f"{base}{path}") as response:
        raw: Any = response.raw
        raw.decode_content = True
        raw.auto_close = False  # the reader below notices the end itself
        text = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        return _parsed(csv.reader(text, strict=True), wanted)


def _path(base: str, service: str, region: str) -> str:
    """The path of a region's file in its current version, as CSV."""
    with _opened(f"{base}/offers/v1.0/aws/{service}/current/region_index.json") as response:
        index: Any = response.json()
    try:
        path = str(index["regions"][region]["currentVersionUrl"])
    except (KeyError, TypeError) as error:
        raise UnreadableOfferError(f"its index has no {region}") from error
    if urlsplit(path).netloc or not path.startswith("/offers/") or not path.endswith(".json"):
        raise UnreadableOfferError(f"its index names {path}, which is no file of the price list")
    return f"{path.removesuffix('.json')}.csv"


@contextmanager
def _opened(url: str) -> "Iterator[requests.Response]":
    import requests  # only a renewal of the prices waits for it
    from urllib3.exceptions import HTTPError

    try:
        with requests.get(url, stream=True, timeout=_SECONDS) as response:
            response.raise_for_status()
            yield response
    except requests.ConnectionError:
        raise UnreachableListError(f"the price list at {urlsplit(url).netloc} cannot be reached") from None
    except (requests.RequestException, HTTPError, OSError, UnicodeDecodeError) as error:
        raise UnreadableOfferError(f"{url}: {error}") from error
    except csv.Error as error:
        raise UnreadableOfferError(f"{url}: is no CSV: {error}") from error


def _parsed(lines: Iterator[list[str]], wanted: Collection[str]) -> OfferFile:
    about: dict[str, str] = {}
    header: list[str] = []
    for line in islice(lines, _LINES_BEFORE_HEADER):
        if line and line[0] == _FIRST_COLUMN:
            header = line
            break
        if len(line) > 1:
            about[line[0]] = line[1]
    if missing := [name for name in _COLUMNS if name not in header]:
        raise UnreadableOfferError(f"it has no column {', '.join(missing)}")
    found = OfferFile(about.get("Version", ""), about.get("Publication Date", "")[:10])
    if not found.version or not found.date:
        raise UnreadableOfferError("it names no version and no date of publication")
    usage, term = header.index("usageType"), header.index("TermType")
    for number, line in enumerate(lines, 1):
        if len(line) != len(header):
            raise UnreadableOfferError(f"row {number} has {len(line)} of {len(header)} columns: the file is cut off")
        if line[usage] in wanted and line[term] == "OnDemand":
            found.rows.append(dict(zip(header, line, strict=True)))
    return found
