"""The part of S3 that Terraform's backend needs, on loopback, and a backend configuration for it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "111111111111"
BUCKET = f"dev-ffp-state-{ACCOUNT}"
KEY = "bootstrap-dev/terraform.tfstate"


class SmallS3(ThreadingHTTPServer):
    """An S3 with one bucket, which exists from the first PUT on and belongs to `owner`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.objects: dict[str, bytes] = {}
        self.owner = ACCOUNT
        self.reads: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def state(self) -> dict[str, Any]:
        """The state in the bucket."""
        state: dict[str, Any] = json.loads(self.objects[f"/{BUCKET}/{KEY}"])
        return state

    def put_state(self, state: dict[str, Any]) -> None:
        """Creates the bucket with this state."""
        self.objects |= {"/": b"", f"/{BUCKET}/{KEY}": json.dumps(state).encode()}

    @property
    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.address,
            region_name="eu-west-2",
            aws_access_key_id="x",
            aws_secret_access_key="x",
            config=Config(s3={"addressing_style": "path"}, proxies={}),
        )

    @property
    def backend(self) -> dict[str, Any]:
        """The backend configuration of a stack with its state here."""
        skipped = ("credentials_validation", "metadata_api_check", "region_validation", "requesting_account_id")
        return {
            "bucket": BUCKET,
            "key": KEY,
            "region": "eu-west-2",
            "use_lockfile": True,
            "use_path_style": True,
            "skip_s3_checksum": True,
            "endpoints": {"s3": self.address},
            **{f"skip_{what}": True for what in skipped},
        }


@contextmanager
def running() -> Iterator[SmallS3]:
    server = SmallS3()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Requests(BaseHTTPRequestHandler):
    server: SmallS3

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        objects = self.server.objects
        if "/" not in objects:
            self._answer(404, b"<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>")
        elif self.headers.get("x-amz-expected-bucket-owner", self.server.owner) != self.server.owner:
            self._answer(403, b"<Error><Code>AccessDenied</Code><Message>another's</Message></Error>")
        elif "list-type" in query:
            self._answer(200, b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")
        elif path == f"/{BUCKET}":
            self._answer(200, b"")
        elif path in objects:
            self.server.reads.append(path)
            self._answer(200, objects[path])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")

    do_HEAD = do_GET  # noqa: N815 - the base class looks for this name

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        self.server.objects["/" if path.count("/") == 1 else path] = content
        self._answer(200, b"")

    def do_DELETE(self) -> None:
        self.server.objects.pop(self.path.partition("?")[0], None)
        self._answer(204, b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass

    def _answer(self, code: int, content: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
