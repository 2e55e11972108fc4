"""The clients: as many as asked, for as long as asked, and what is refused is no time."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.load.driver import Caller, Refused, together


class Greets(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = f"{self.path} {self.headers['X-Who']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.path == "/last"

    def log_message(self, *words: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Greets) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_connection_is_kept_and_made_again_when_the_server_has_closed_it(port: int) -> None:
    caller = Caller(port, {"X-Who": "me"})
    assert caller.ask("GET", "/a").body == b"/a me"
    kept = caller.link
    assert caller.ask("GET", "/last", headers={"X-Who": "you"}).body == b"/last you"
    assert caller.link is kept
    assert caller.ask("GET", "/b").status == 200
    caller.close()


def test_every_client_stops_at_its_number_and_refusals_are_kept_apart() -> None:
    def refuses() -> int:
        raise Refused("409")

    left = iter([1, 2, None])
    taken = together([lambda: 10, refuses, lambda: next(left)], seconds=5.0, most=3)
    assert (sorted(taken.bytes), len(taken.times)) == ([1, 2, 10, 10, 10], 5)
    assert set(taken.refused) == {"Refused: 409"}


def test_it_ends_with_the_time() -> None:
    taken = together([lambda: 0, lambda: 0], seconds=0.05)
    assert 0.05 <= taken.seconds < 1.0 and taken.times
