"""What nginx answers by itself, where it is installed tried with the configuration that Kubernetes has; its pages."""

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "deploy" / "nginx" / "pages"
SHIPPED = "/srv/portal/deploy/nginx/pages"
OWN_REFUSALS = {413, 429, 502, 504}
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MAIN = """{user} daemon off; pid nginx.pid; error_log stderr; events {{ }}
http {{ types {{ text/html html; }} access_log off; sendfile on; keepalive_timeout 65; server_tokens on; gzip on;
client_body_temp_path body; proxy_temp_path proxy;
fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
{limits}
{portal} }}"""
SAID_AROUND = {"sendfile", "tcp_nopush", "keepalive_timeout", "server_tokens", "gzip", "default_type"}
"""What images and distributions say around conf.d; with a word said twice in one block nginx does not start."""
DOORS = ("/accounts/sign-in/", "/accounts/register/", "/accounts/code/", "/accounts/code/enter/")
OFFICE = 80
"""Forty people, each of whom sends two forms to get in."""


def of_kubernetes() -> dict[str, str]:
    documents = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/settings.yaml").read_text("utf-8")))
    data: dict[str, str] = next(one["data"] for one in documents if one["metadata"]["name"] == "portal-nginx")
    return data


def configurations() -> dict[str, str]:
    own = (ROOT / "deploy/nginx/portal.conf").read_text("utf-8")
    return {"one host": own, "Kubernetes": of_kubernetes()["portal.conf"]}


class Portal(BaseHTTPRequestHandler):
    """Takes everything."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@pytest.fixture
def portal() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def nginx(portal: ThreadingHTTPServer, tmp_path: Path) -> Iterator[int]:
    """Its port."""
    if NGINX is None:
        pytest.skip("There is no nginx here.")
    ports = [free_port(), free_port()]
    said = of_kubernetes()
    own = said["portal.conf"].replace("127.0.0.1:8000", f"127.0.0.1:{portal.server_port}").replace(SHIPPED, str(PAGES))
    for before, port in zip(("8080", "8081"), ports, strict=True):
        own = own.replace(f"listen {before}", f"listen 127.0.0.1:{port}")
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(MAIN.format(user=user, limits=said["limits.conf"], portal=own), "utf-8")
    process = subprocess.Popen([NGINX, "-p", tmp_path, "-c", "nginx.conf", "-e", "stderr"])
    try:
        wait(ports[0], process)
        yield ports[0]
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert process.poll() is None, "nginx does not start"
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx does not answer")


def asked(port: int, method: str, path: str, length: int = 0) -> tuple[int, str]:
    """:param length: what the client says that it is about to send."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(method, path)
        connection.putheader("Content-Length", str(length))
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("name", configurations())
def test_what_nginx_refuses_is_said_by_our_pages(name: str) -> None:
    text = configurations()[name]
    said = {int(code): page for code, page in re.findall(r"error_page (\d+) /pages-of-nginx/(\S+);", text)}
    assert said == {code: f"{code}.html" for code in OWN_REFUSALS}
    assert f"location /pages-of-nginx/ {{ internal; alias {SHIPPED}/; }}" in " ".join(text.split())
    assert {page.name for page in PAGES.iterdir()} == set(said.values())


def test_the_pages_are_where_nginx_looks_for_them() -> None:
    for name, source in (("docker-compose.yml", "./deploy/nginx"), ("deploy/compose/several-hosts.yml", "../nginx")):
        nginx = yaml.safe_load((ROOT / name).read_text("utf-8"))["services"]["nginx"]
        assert f"{source}/pages:{SHIPPED}:ro" in nginx["volumes"]
    documents = yaml.safe_load_all((ROOT / "deploy/kubernetes/web.yaml").read_text("utf-8"))
    pod = next(one for one in documents if one["kind"] == "Deployment")["spec"]["template"]["spec"]
    (first,), (web, nginx) = pod["initContainers"], pod["containers"]
    assert first["image"] == web["image"], "they are brought in the portal's own image"
    assert first["command"] == ["cp", "-r", f"{SHIPPED}/.", first["volumeMounts"][0]["mountPath"]]
    assert {"name": first["volumeMounts"][0]["name"], "mountPath": SHIPPED, "readOnly": True} in nginx["volumeMounts"]
    assert first["securityContext"] == web["securityContext"]
    assert "deploy" not in (ROOT / ".dockerignore").read_text("utf-8")


def test_what_goes_into_the_http_block_is_not_said_there_already() -> None:
    assert SAID_AROUND.isdisjoint((ROOT / "deploy/nginx/limits.conf").read_text("utf-8").split())


@pytest.mark.parametrize("code", sorted(OWN_REFUSALS))
def test_a_page_speaks_both_languages_in_our_colours_and_needs_nobody_else(code: int) -> None:
    text = (PAGES / f"{code}.html").read_text("utf-8")
    assert '<html lang="zh-Hans">' in text and re.search("<h1>[一-鿿]", text)
    assert '<h2 lang="en">' in text and '<p lang="en">' in text
    assert not re.search(r"<script|<link|<img|url\(|@import|//", text)
    tokens = (ROOT / "static/css/tokens.css").read_text("utf-8")
    assert set(re.findall("#[0-9a-f]{3,6}", text)) <= set(re.findall("#[0-9a-f]{3,6}", tokens))


def test_the_pages_look_alike() -> None:
    styles = {page.read_text("utf-8").partition("<style>")[2].partition("</style>")[0] for page in PAGES.iterdir()}
    assert len(styles) == 1 and "".join(styles)


def test_all_that_a_form_takes_passes_with_the_form_around_it() -> None:
    for text in configurations().values():
        (limit,) = re.findall(r"client_max_body_size (\d+)m;", text)
        assert int(limit) * 1024**2 == settings.ATTACHMENT_LIMIT_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_all_doors_are_guarded_alike_everywhere() -> None:
    guarded = re.compile(r"location ~ (\S+) \{\s+limit_req zone=doors burst=100 nodelay;")
    found = {guarded.findall(text)[0] for text in configurations().values()}
    assert len(found) == 1
    assert all(re.match(found.copy().pop(), door) for door in DOORS)


def test_too_much_is_refused_in_both_languages_before_it_travels(nginx: int) -> None:
    status, page = asked(nginx, "POST", "/intake/", 27 * 1024**2)
    assert (status, page) == (413, (PAGES / "413.html").read_text("utf-8"))
    assert asked(nginx, "POST", "/intake/")[0] == 200


def test_nobody_behind_it_is_said_in_both_languages(nginx: int, portal: ThreadingHTTPServer) -> None:
    portal.shutdown()
    portal.server_close()
    assert asked(nginx, "GET", "/") == (502, (PAGES / "502.html").read_text("utf-8"))


def test_the_pages_have_no_address_of_their_own(nginx: int) -> None:
    assert asked(nginx, "GET", "/pages-of-nginx/413.html")[0] == 404


def test_an_office_gets_in_and_whoever_goes_on_trying_is_slowed(nginx: int) -> None:
    assert {asked(nginx, "POST", "/accounts/sign-in/")[0] for _ in range(OFFICE)} == {200}
    answers = [asked(nginx, "POST", "/accounts/code/enter/") for _ in range(OFFICE)]
    assert (429, (PAGES / "429.html").read_text("utf-8")) in answers


def test_reading_and_the_profile_are_not_counted(nginx: int) -> None:
    for method, path in (("GET", "/accounts/sign-in/"), ("POST", "/accounts/profile/about/")):
        assert {asked(nginx, method, path)[0] for _ in range(150)} == {200}
