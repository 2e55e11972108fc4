"""gunicorn is started in four places, the same way in what matters for requests that are under way."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.launcher import running
from scripts.launcher.places import Address

ROOT = Path(__file__).resolve().parents[2]
PROXY_KEEPS_SECONDS = 60
"""How long nginx keeps an idle connection to what is behind it, unless it is told otherwise; ours is not."""
CHARACTER = len("%E9%87%8F")
"""What one Chinese character takes in an address."""
AROUND = 1000
"""More than the method, the path and the version take beside the text."""


def of_the_image() -> list[str]:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    found: list[str] = json.loads(next(line for line in lines if line.startswith("CMD ")).removeprefix("CMD "))
    return found


def of_systemd() -> list[str]:
    lines = (ROOT / "deploy/systemd/portal-web.service").read_text("utf-8").splitlines()
    return shlex.split(next(line for line in lines if line.startswith("ExecStart=")))


def of_kubernetes() -> list[str]:
    documents: list[Any] = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/web.yaml").read_text("utf-8")))
    pod = next(one for one in documents if one["kind"] == "Deployment")["spec"]["template"]["spec"]
    return [str(word) for word in next(one for one in pod["containers"] if one["name"] == "web")["args"]]


def of_the_launcher() -> list[str]:
    return [str(word) for word in running.gunicorn(Address("127.0.0.1", 8000))]


@pytest.mark.parametrize("words", [of_the_launcher, of_the_image, of_systemd, of_kubernetes])
def test_a_web_process_keeps_a_connection_longer_than_the_proxy_that_sends_into_it(words: Any) -> None:
    """The other way round, what somebody sends now and then meets a connection that is just being closed."""
    said = words()
    assert int(said[said.index("--keep-alive") + 1]) > PROXY_KEEPS_SECONDS
    assert int(said[said.index("--timeout") + 1]) == 60
    assert {"--preload", "--no-control-socket", "gthread"} <= set(said)


@pytest.mark.parametrize("words", [of_the_launcher, of_the_image, of_systemd, of_kubernetes])
def test_a_need_told_at_length_in_chinese_fits_into_its_address(words: Any) -> None:
    home = (ROOT / "templates/lobby/home.html").read_text("utf-8")
    longest = re.search(r'<textarea[^>]* name="text"[^>]* maxlength="(\d+)"', home)
    assert longest and 'action="{{ intake_url }}" method="get"' in home
    said = words()
    assert int(said[said.index("--limit-request-line") + 1]) > int(longest[1]) * CHARACTER + AROUND


def test_nginx_is_not_told_to_keep_them_longer() -> None:
    for path in ("deploy/nginx/portal.conf", "deploy/kubernetes/settings.yaml"):
        text = (ROOT / path).read_text("utf-8")
        upstream = text[text.index("upstream portal") :].partition("}")[0]
        assert "keepalive 16" in upstream and "keepalive_timeout" not in upstream, path
