"""The compose file: valid by the specification, every name in it leads somewhere, nothing is left to the reader."""

import ipaddress
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
INTERPOLATION = re.compile(r"\$\{([^}]*)\}")
# What a person must choose; everything else has a default.
REQUIRED = {"PORTAL_SECRET_KEY", "PORTAL_DOMAIN", "POSTGRES_PASSWORD", "PORTAL_SMTP_HOST", "PORTAL_MAIL_FROM"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def schema_errors(path: Path) -> int:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_the_file_is_valid_by_the_compose_specification() -> None:
    assert schema_errors(FILE) == 0


def test_a_misspelt_word_in_it_would_be_found(tmp_path: Path) -> None:
    planted = tmp_path / "docker-compose.yml"
    planted.write_text(FILE.read_text(encoding="utf-8").replace("depends_on:", "depend_on:", 1), encoding="utf-8")
    assert schema_errors(planted) != 0


def test_it_has_the_production_parts(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {
        "nginx",
        "web",
        "worker",
        "beat",
        "migrate",
        "database",
        "broker",
        "cache",
    }


def test_every_interpolation_has_a_default_or_a_reason(compose: dict[str, Any]) -> None:
    found = [match[1] for match in INTERPOLATION.finditer(FILE.read_text(encoding="utf-8"))]
    names = {re.split(r":?[-?]", text)[0] for text in found}
    required = {text.split(":?")[0] for text in found if ":?" in text and text.split(":?")[1]}
    assert required == REQUIRED
    assert all(":?" in text or ":-" in text for text in found), "a bare variable is silently empty"
    assert names >= REQUIRED


def test_everything_waited_for_is_a_service_that_can_become_so(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for target, condition in service.get("depends_on", {}).items():
            assert target in services, f"{name} waits for {target}, which is no service"
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in services[target], f"{target} never says that it is healthy"
            if condition["condition"] == "service_completed_successfully":
                assert services[target]["restart"] == "no"


def test_volumes_and_networks_are_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert source == "./deploy/nginx/tls" or (ROOT / source).exists()
            else:
                assert source in compose["volumes"]


def test_the_database_keeps_the_locale_that_chinese_search_needs(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]
    assert database["image"] == "postgres:18"
    assert database["environment"]["POSTGRES_INITDB_ARGS"] == "--locale=C.UTF-8 --encoding=UTF8"
    assert database["volumes"] == ["database:/var/lib/postgresql"]


def test_the_broker_forgets_nothing_and_the_cache_is_another_server(compose: dict[str, Any]) -> None:
    broker, cache = (compose["services"][name]["command"] for name in ("broker", "cache"))
    assert broker == ["redis-server", "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
    assert "allkeys-lru" in cache
    environment = compose["services"]["web"]["environment"]
    assert environment["REDIS_URL"] != environment["CACHE_URL"]


def test_only_nginx_is_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["nginx"]
    assert compose["networks"]["inside"]["internal"] is True
    for name in ("database", "broker", "cache"):
        assert compose["services"][name]["networks"] == ["inside"]


@pytest.mark.parametrize("name", ["docker-compose.yml", "deploy/compose/several-hosts.yml"])
def test_nginx_reaches_the_portal_from_the_address_that_is_trusted_and_no_other(name: str) -> None:
    """On a second network of both Docker would choose that one, and every visitor would have nginx's address there."""
    compose = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    nginx, web = (set(compose["services"][part]["networks"]) for part in ("nginx", "web"))
    assert nginx & web == {"inside"}
    (given,) = compose["networks"]["inside"]["ipam"]["config"]
    own = ipaddress.ip_address(compose["services"]["nginx"]["networks"]["inside"]["ipv4_address"])
    assert compose["x-portal"]["environment"]["PORTAL_TRUSTED_PROXIES"] == str(own)
    assert own in ipaddress.ip_network(given["subnet"])
    assert own not in ipaddress.ip_network(given["ip_range"]), "another part may have it before nginx starts"


def test_nginx_is_reached_although_inside_is_closed(compose: dict[str, Any]) -> None:
    front = set(compose["services"]["nginx"]["networks"]) - {"inside"}
    assert not any((compose["networks"][name] or {}).get("internal") for name in front) and front


def test_the_portal_trusts_exactly_the_address_that_nginx_has(compose: dict[str, Any]) -> None:
    nginx, web = compose["services"]["nginx"], compose["services"]["web"]
    assert web["environment"]["PORTAL_TRUSTED_PROXIES"] == nginx["networks"]["inside"]["ipv4_address"]
    location = web["environment"]["PORTAL_ACCEL_PREFIX"]
    assert f"location {location}/ {{" in (ROOT / "deploy/nginx/portal.conf").read_text(encoding="utf-8")


def test_nginx_limits_size_and_time() -> None:
    text = "".join(
        (ROOT / "deploy/nginx" / name).read_text(encoding="utf-8") for name in ("portal.conf", "limits.conf")
    )
    for limit in (
        "client_max_body_size 26m;",
        "client_header_timeout 5s;",
        "client_body_timeout 10s;",
        "send_timeout 10s;",
    ):
        assert limit in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text, "what a client claims must not be passed on"
