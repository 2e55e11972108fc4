"""pip for a Python that came without it: its wheel from the configured index, checked against the pinned hash."""

import configparser
import hashlib
import os
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from .saying import Refusal

DEFAULT_INDEX = "https://pypi.org/simple"
TIMEOUT_SECONDS = 60
CONFIGURATIONS = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
ADVICE = "Install python3-venv (Debian: apt-get install python3-venv) and start again."


def fetch(requirement: Path, folder: Path, environment: Mapping[str, str]) -> Path:
    """The wheel in `folder`.

    :raises Refusal: when no index gives a file with a pinned hash.
    """
    version, hashes = pinned(requirement)
    name = f"pip-{version}-py3-none-any.whl"
    for index in indexes(environment):
        try:
            content = download(index, name, environment)
        except (OSError, ValueError):
            continue
        if hashlib.sha256(content).hexdigest() in hashes:
            wheel = folder / name
            wheel.write_bytes(content)
            return wheel
    raise Refusal(f"This Python has no ensurepip, and pip {version} could not be fetched. {ADVICE}")


def pinned(requirement: Path) -> tuple[str, set[str]]:
    text = requirement.read_text(encoding="utf-8")
    version = re.search(r"^pip==(\S+)", text, re.MULTILINE)
    if version is None:
        raise Refusal(f"{requirement.name} pins no pip.")
    return version[1], set(re.findall(r"--hash=sha256:([0-9a-f]{64})", text))


def indexes(environment: Mapping[str, str]) -> list[str]:
    """As pip would look: the environment, then its files (the user's wins), then the public index."""
    found = [environment.get("PIP_INDEX_URL", "")]
    parser = configparser.RawConfigParser()
    named = environment.get("PIP_CONFIG_FILE")
    parser.read([os.path.expanduser(path) for path in ([named] if named else CONFIGURATIONS)], encoding="utf-8")
    for section in ("install", "global"):
        found.append(parser.get(section, "index-url", fallback=""))
    found.append(DEFAULT_INDEX)
    return [address.rstrip("/") for address in dict.fromkeys(found) if address]


def download(index: str, name: str, environment: Mapping[str, str]) -> bytes:
    page_address = f"{index}/pip/"
    page = read(page_address, environment).decode("utf-8", "replace")
    for link in re.findall(r'href="([^"]+)"', page):
        address = urllib.parse.urljoin(page_address, link.replace("&amp;", "&")).partition("#")[0]
        if urllib.parse.unquote(address).endswith(f"/{name}"):
            return read(address, environment)
    raise ValueError(f"{index} has no {name}")


def read(address: str, environment: Mapping[str, str]) -> bytes:
    if not address.startswith(("https://", "http://")):
        raise ValueError(f"{address} is no web address")
    request = urllib.request.Request(address, headers={"Accept": "text/html, */*"})
    certificates = environment.get("PIP_CERT") or environment.get("SSL_CERT_FILE")
    try:
        context = ssl.create_default_context(cafile=certificates)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=context) as answer:
            return bytes(answer.read())
    except urllib.error.URLError as error:
        if not isinstance(error.reason, ssl.SSLCertVerificationError):
            raise
    # A machine without ca-certificates can verify nobody; what is fetched is believed for its pinned hash alone.
    context = ssl._create_unverified_context()
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=context) as answer:
        return bytes(answer.read())
