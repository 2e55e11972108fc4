"""The compose file for several hosts: valid, the same parts as on one host, and nothing that only one host has."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.launcher import checking

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy" / "compose" / "several-hosts.yml"
PROFILES = {"nginx": ["web"], "web": ["web"], "worker": ["work"], "beat": ["beat"], "migrate": ["migrate"]}
WRITTEN = ["/tmp", "/srv/portal/var/beat"]
INTERPOLATION = re.compile(r"\$\{([^}]*)\}")


@pytest.fixture(scope="module")
def hosts() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def single() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


def schema_errors(path: Path) -> int:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_it_is_valid_and_lint_looks_at_it(tmp_path: Path) -> None:
    assert schema_errors(FILE) == 0
    assert set(checking.COMPOSE) == {"docker-compose.yml", FILE.relative_to(ROOT).as_posix()}
    planted = tmp_path / "docker-compose.yml"
    planted.write_text(FILE.read_text(encoding="utf-8").replace("profiles:", "profile:", 1), encoding="utf-8")
    assert schema_errors(planted) != 0


def test_every_part_has_a_profile_and_servers_are_named_not_started(hosts: dict[str, Any]) -> None:
    assert {name: service["profiles"] for name, service in hosts["services"].items()} == PROFILES
    told = hosts["x-portal"]["environment"]
    for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "PORTAL_SECRET_KEY"):
        assert told[name].startswith(f"${{{name}:?")


def test_nothing_is_left_to_the_reader(hosts: dict[str, Any]) -> None:
    found = [match[1] for match in INTERPOLATION.finditer(FILE.read_text(encoding="utf-8"))]
    assert all(":?" in text or ":-" in text for text in found), "a bare variable is silently empty"
    for service in hosts["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert source == "../nginx/tls" or (FILE.parent / source).exists()
            else:
                assert source in hosts["volumes"]


def test_parts_say_the_same_as_on_one_host(hosts: dict[str, Any], single: dict[str, Any]) -> None:
    for name in ("worker", "beat", "migrate"):
        assert hosts["services"][name]["command"] == single["services"][name]["command"]
    assert set(hosts["x-portal"]["environment"]) == set(single["x-portal"]["environment"]) | {
        "REPLICA_URL",
        "BROKER_URL",
    }
    address = hosts["services"]["nginx"]["networks"]["inside"]["ipv4_address"]
    assert hosts["x-portal"]["environment"]["PORTAL_TRUSTED_PROXIES"] == address


def test_attachments_are_shared_by_all_hosts(hosts: dict[str, Any]) -> None:
    assert hosts["volumes"]["attachments"]["driver_opts"]["type"] == "nfs"
    assert "attachments:/srv/portal/var/attachments" in hosts["services"]["web"]["volumes"]


def test_nothing_writes_into_its_image(hosts: dict[str, Any]) -> None:
    for name in PROFILES.keys() - {"nginx"}:
        service = hosts["services"][name]
        assert (service["read_only"], service["tmpfs"], service["cap_drop"]) == (True, WRITTEN, ["ALL"])
