"""A price list of AWS's shape on a server of this machine: an index for each service, and CSV files of rows.

The columns, the lines before them and the rows' form are those of AWS's files; the figures are the tests' own.
"""

import csv
import gzip
import io
import json
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ffp.cost import Price, load_book

VERSION = "20270131121448"
_COLUMNS = (
    "SKU",
    "OfferTermCode",
    "RateCode",
    "TermType",
    "PriceDescription",
    "EffectiveDate",
    "StartingRange",
    "EndingRange",
    "Unit",
    "PricePerUnit",
    "Currency",
    "RelatedTo",
    "Product Family",
    "serviceCode",
    "Location",
    "usageType",
    "operation",
    "Region Code",
)
_UNITS = {"hour": "Hrs", "GB": "GB", "GB-month": "GB-Mo", "request": "Requests"}
Row = dict[str, str]


def rows_of(price: Price) -> list[Row]:
    """The rows of an item with the book's own prices, one for each tier."""
    assert price.offer
    rows, begins = [], Decimal(0)
    for number, tier in enumerate(price.tiers):
        rows.append(
            {
                "SKU": f"SKU{zlib.crc32(price.item.encode()):010d}",
                "OfferTermCode": "JRTCKXETXF",
                "RateCode": f"R.{number}",
                "TermType": "OnDemand",
                "PriceDescription": f'${tier.price:f} per {price.unit}, "first, and others"',
                "EffectiveDate": "2027-01-01",
                "StartingRange": f"{begins:f}",
                "EndingRange": "Inf" if tier.up_to is None else f"{tier.up_to:f}",
                "Unit": price.offer.unit or _UNITS.get(price.unit, price.unit),
                "PricePerUnit": f"{tier.price:.10f}",
                "Currency": "USD",
                "serviceCode": price.offer.service,
                "usageType": price.offer.usage_type,
                "Region Code": price.offer.region,
                **price.offer.match,
            }
        )
        begins = tier.up_to or begins
    return rows


@dataclass
class PriceList:
    """The rows that the server has, by item; tests change them before they are read."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    replaced: dict[str, bytes] = field(default_factory=dict)  # whole files, by service
    cut_off: set[str] = field(default_factory=set)  # services whose files end before their announced length
    asked: list[str] = field(default_factory=list)
    compressed: bool = False

    @classmethod
    def of_the_book(cls) -> "PriceList":
        """The list that has exactly the book's prices."""
        return cls({name: rows_of(price) for name, price in load_book().prices.items() if price.offer})

    def file(self, service: str) -> bytes:
        """A service's file, with rows beside the wanted ones that nobody asked for."""
        if service in self.replaced:
            return self.replaced[service]
        rows = [row for each in self.rows.values() for row in each if row["serviceCode"] == service]
        others = [{**row, "SKU": "OTHER", "usageType": "EUW2-Something-Else", "PricePerUnit": "99"} for row in rows[:3]]
        reserved = [{**row, "SKU": "RESERVED", "TermType": "Reserved", "PricePerUnit": "0.001"} for row in rows[:3]]
        columns = list(dict.fromkeys([*_COLUMNS, *(name for row in rows for name in row)]))
        text = io.StringIO()
        out = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        out.writerow(["FormatVersion", "v1.0"])
        out.writerow(["Disclaimer", "This pricing list is for informational purposes only."])
        out.writerow(["Publication Date", "2027-01-31T12:14:48Z"])
        out.writerow(["Version", VERSION])
        out.writerow(["OfferCode", service])
        out.writerow(columns)
        for row in (*others, *rows, *reserved):
            out.writerow([row.get(name, "") for name in columns])
        return text.getvalue().encode()

    def answer(self, path: str) -> bytes | None:
        """What the server answers to a path; None for what it does not have."""
        service = path.split("/")[4] if path.startswith("/offers/v1.0/aws/") else ""
        if path == f"/offers/v1.0/aws/{service}/current/region_index.json":
            url = f"/offers/v1.0/aws/{service}/{VERSION}/eu-west-2/index.json"
            return json.dumps(
                {"regions": {"eu-west-2": {"regionCode": "eu-west-2", "currentVersionUrl": url}}}
            ).encode()
        if path in (
            f"/offers/v1.0/aws/{service}/{VERSION}/eu-west-2/index.csv",
            f"/offers/v1.0/aws/{service}/current/index.csv",
        ):
            return self.file(service)
        return None


@contextmanager
def served(prices: PriceList) -> Iterator[str]:
    """Serves a price list on a free port of loopback while the block runs; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            prices.asked.append(self.path)
            body = prices.answer(self.path)
            if body is None:
                self.send_error(404)
                return
            service = self.path.split("/")[4]
            self.send_response(200)
            if prices.compressed:
                body = gzip.compress(body)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = service in prices.cut_off and self.path.endswith(".csv")
            self.wfile.write(body[: len(body) // 2] if cut else body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
