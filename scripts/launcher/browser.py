"""A browser for the tests: the machine's Chromium, installed where that may be done."""

import os
import shutil
from collections.abc import Mapping

from .children import run_step
from .places import setup_log
from .saying import Refusal, Teller

PACKAGES = ("chromium-headless-shell", "chromium")
"""The first draws no windows that nobody sees, which saves half of the browser's own work."""
NAMES = (*PACKAGES, "chromium-browser", "google-chrome")
ADVICE = "Install Chromium (Debian: apt-get install chromium) so that the browser tests can run."


def ensure(environment: Mapping[str, str], teller: Teller) -> str:
    """Its path; empty when there is none and none can be had: the browser tests then say so and are skipped.

    :raises Refusal: when PORTAL_REQUIRE_BROWSER=1 forbids that.
    """
    path = find(environment)
    if not path and os.geteuid() == 0 and shutil.which("apt-get"):
        with teller.step("Chromium installed by apt-get"):
            install(environment)
        path = find(environment)
    if not path:
        if environment.get("PORTAL_REQUIRE_BROWSER") == "1":
            raise Refusal(f"There is no browser. {ADVICE}")
        teller.line(f"There is no browser; its tests are skipped. {ADVICE}")
    return path


def find(environment: Mapping[str, str]) -> str:
    named = environment.get("PORTAL_CHROMIUM", "")
    if named:
        return named
    found = (shutil.which(name, path=environment.get("PATH")) for name in NAMES)
    return next((path for path in found if path), "")


def install(environment: Mapping[str, str]) -> None:
    log = setup_log("browser")
    quiet = {**environment, "DEBIAN_FRONTEND": "noninteractive"}
    run_step(["apt-get", "update", "-q"], quiet, log)
    for package in PACKAGES:
        if run_step(["apt-get", "install", "-y", "-q", "--no-install-recommends", package], quiet, log) == 0:
            return
