"""The addresses in the environment, in every form that is accepted, and the sentences for those that are not."""

import pytest

from portal import env

LIMITS = "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s -c jit=off"


def where(url: str) -> tuple[str, str, str, str, str]:
    settings = env.database(url)
    return tuple(settings[key] for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME"))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://li:secret@db.example:5433/portal", ("db.example", "5433", "li", "secret", "portal")),
        ("postgresql://li@127.0.0.1/portal", ("127.0.0.1", "", "li", "", "portal")),
        ("postgres://li:p%40ss%2Fword@[::1]:5432/portal", ("::1", "5432", "li", "p@ss/word", "portal")),
        ("postgres:///portal?host=%2Ftmp%2FAb-c%2Fpg&user=portal", ("/tmp/Ab-c/pg", "", "portal", "", "portal")),
        ("postgres://portal@%2Ftmp%2FAb-c/portal", ("/tmp/Ab-c", "", "portal", "", "portal")),
        ("postgres://portal@%2Ftmp%2FAb-c:5433/portal", ("/tmp/Ab-c", "5433", "portal", "", "portal")),
    ],
)
def test_a_database_is_found_by_name_by_number_and_by_socket(url: str, expected: tuple[str, ...]) -> None:
    assert where(url) == expected


def test_a_database_gets_the_limits_of_the_reliability_contract() -> None:
    settings = env.database("postgres://li@db/portal?sslmode=require")
    assert settings == {
        "ENGINE": "portal.postgresql",
        "NAME": "portal",
        "USER": "li",
        "PASSWORD": "",
        "HOST": "db",
        "PORT": "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            "keepalives": 1,
            "keepalives_idle": 30,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": LIMITS,
            "sslmode": "require",
        },
    }


def test_a_worker_may_take_longer_over_a_statement() -> None:
    options = env.database("postgres://li@db/portal", statement_seconds=300)["OPTIONS"]["options"]
    assert "statement_timeout=300s" in options


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mysql://li@db/portal", "must look like"),
        ("portal", "must look like"),
        ("postgres://li@db", "names no database"),
        ("postgres://li@db:port/portal", "port"),
        ("postgres://li@%2Ftmp%2Fpg:99999/portal", "port"),
    ],
)
def test_a_bad_database_address_is_explained(url: str, word: str) -> None:
    with pytest.raises(env.BadAddress, match=word):
        env.database(url)


@pytest.mark.parametrize(
    ("url", "broker", "cache"),
    [
        ("redis://127.0.0.1:6379/1", "redis://127.0.0.1:6379/1", "redis://127.0.0.1:6379/9"),
        ("redis://broker", "redis://broker", "redis://broker/8"),
        ("rediss://u:p@broker:6380/12", "rediss://u:p@broker:6380/12", "rediss://u:p@broker:6380/4"),
        ("unix:///tmp/v.sock?db=0", "redis+socket:///tmp/v.sock?virtual_host=0", "unix:///tmp/v.sock?db=8"),
        ("unix:///tmp/v.sock", "redis+socket:///tmp/v.sock?virtual_host=0", "unix:///tmp/v.sock?db=8"),
        ("unix://:pw@/tmp/v.sock", "redis+socket://:pw@/tmp/v.sock?virtual_host=0", "unix://:pw@/tmp/v.sock?db=8"),
    ],
)
def test_broker_and_cache_share_a_server_but_no_database(url: str, broker: str, cache: str) -> None:
    assert (env.broker_url(url), env.cache_url(url)) == (broker, cache)


def test_portals_beside_each_other_share_a_server_but_no_database() -> None:
    assert env.further("redis://host:6379/14", 3) == "redis://host:6379/1"
    assert env.further("unix:///run/v.sock?db=0", 1) == "unix:///run/v.sock?db=1"


def test_a_cache_with_a_server_to_itself_keeps_its_address() -> None:
    assert env.cache_url("redis://broker/0", "redis://cache:6379/0") == "redis://cache:6379/0"


@pytest.mark.parametrize("url", ["http://broker", "broker:6379", "unix:///tmp/v.sock?db=first", "redis://broker/first"])
def test_a_bad_broker_address_is_explained(url: str) -> None:
    with pytest.raises(env.BadAddress, match="REDIS_URL"):
        env.cache_url(url)
    if not url.startswith("redis"):
        with pytest.raises(env.BadAddress, match="REDIS_URL"):
            env.broker_url(url)


def test_a_replica_has_the_same_limits_refuses_writes_and_needs_no_transaction() -> None:
    settings = env.replica("postgres://li@copy/portal")
    assert settings["OPTIONS"]["options"] == f"{LIMITS} -c default_transaction_read_only=on"
    assert (settings["HOST"], settings["ATOMIC_REQUESTS"], settings["TEST"]) == ("copy", False, {"MIRROR": "default"})


@pytest.mark.parametrize("url", ["amqp://li:secret@rabbit/portal", "amqps://li@rabbit:5671/portal"])
def test_rabbitmq_is_named_as_celery_names_it(url: str) -> None:
    assert env.broker_url(url) == url
