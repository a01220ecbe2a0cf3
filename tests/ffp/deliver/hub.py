"""A small server that speaks GitHub's REST interface, as its reference describes it: pages, limits, and refusals.

It knows what the reference says of lists (Link, per_page), comments (65,536 characters), and authorisation.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ffp.deliver.github import GitHub

TOKEN, REPOSITORY = "token-of-the-job", "ffp-example/infrastructure"
BOT, PERSON = {"login": "github-actions[bot]", "type": "Bot"}, {"login": "octocat", "type": "User"}
MOST_CHARACTERS, MOST_A_PAGE = 65_536, 100
Item = dict[str, Any]


@dataclass
class Hub:
    """What is in the repository, and what was asked of it."""

    address: str = ""
    comments: list[Item] = field(default_factory=list)
    issues: list[Item] = field(default_factory=list)
    approvals: list[Item] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    next_host: str = ""  # in place of its own, in links to further pages

    @property
    def github(self) -> GitHub:
        return GitHub(self.address, REPOSITORY, TOKEN)

    def comment(self, body: str, user: Item) -> int:
        """Adds a comment, as somebody wrote it."""
        return self._add(self.comments, {"body": body, "user": user})

    def bodies(self, user: Item = BOT) -> list[str]:
        return [each["body"] for each in self.comments if each["user"] == user]

    def _add(self, items: list[Item], item: Item) -> int:
        number = len(self.comments) + len(self.issues) + 1
        items.append({"id": number, "number": number, **item})
        return number

    def answer(self, method: str, path: str, body: Item) -> tuple[int, Any]:
        """Status and body of an answer, without pages."""
        match method, re.sub(r"\d+", "N", path):
            case "GET", "issues/N/comments":
                return 200, self.comments
            case "GET", "issues":
                return 200, [each for each in self.issues if each["state"] == "open"]
            case "GET", "actions/runs/N/approvals":
                return 200, self.approvals
            case "POST" | "PATCH", _ if len(body.get("body", "")) > MOST_CHARACTERS:
                return 422, {"message": "Validation Failed"}
            case "POST", "issues/N/comments":
                return 201, self.comments[self.comment(body["body"], BOT) and -1]
            case "POST", "issues":
                self._add(self.issues, {"state": "open", "user": BOT, **body})
                return 201, self.issues[-1]
            case "PATCH" | "DELETE", "issues/comments/N" | "issues/N":
                items = self.comments if "comments" in path else self.issues
                number = int(path.rpartition("/")[2])
                found = next((each for each in items if each["id"] == number), None)
                if found is None:
                    return 404, {"message": "Not Found"}
                if method == "DELETE":
                    items.remove(found)
                    return 204, None
                found.update(body)
                return 200, found
        return 404, {"message": "Not Found"}


@contextmanager
def serving() -> Iterator[Hub]:
    """The server, on a free port of this machine's own address, until the block ends."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            path = parts.path.removeprefix(f"/repos/{REPOSITORY}/")
            hub.asked.append(f"{self.command} {path}")
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self._send(401, {"message": "Bad credentials"})
                return
            status, found = hub.answer(self.command, path, body)
            if not isinstance(found, list):
                self._send(status, found)
                return
            query = parse_qs(parts.query)
            size = min(int(query.get("per_page", ["30"])[0]), MOST_A_PAGE)
            page = int(query.get("page", ["1"])[0])
            more = len(found) > page * size
            host = hub.next_host or hub.address
            link = f'<{host}{parts.path}?per_page={size}&page={page + 1}>; rel="next"' if more else ""
            self._send(status, found[(page - 1) * size : page * size], link)

        def _send(self, status: int, body: Any, link: str = "") -> None:
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if link:
                self.send_header("Link", link)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - names of the base class

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
