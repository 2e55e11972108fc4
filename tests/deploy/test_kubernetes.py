"""The manifests: valid by Kubernetes' own schemas, of one piece with each other and with the rest of the deployment."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import lint_manifests
from scripts.launcher import checking

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
OURS = {"web", "worker", "beat", "migrate"}
Document = dict[str, Any]


@pytest.fixture(scope="module")
def documents() -> dict[tuple[str, str], Document]:
    """By kind and name."""
    found = [
        document for path in lint_manifests.manifests() for document in yaml.safe_load_all(path.read_text("utf-8"))
    ]
    named = {(document["kind"], document["metadata"]["name"]): document for document in found}
    assert len(named) == len(found)
    return named


@pytest.fixture(scope="module")
def pods(documents: dict[tuple[str, str], Document]) -> dict[str, Document]:
    """What each Deployment and Job starts."""
    return {
        name: document["spec"]["template"]
        for (kind, name), document in documents.items()
        if kind in ("Deployment", "Job")
    }


def containers(pods: dict[str, Document]) -> dict[str, Document]:
    return {container["name"]: container for pod in pods.values() for container in pod["spec"]["containers"]}


def checked(*paths: Path) -> int:
    """The code of the check that `launch.py lint` makes."""
    command = [sys.executable, ROOT / "scripts" / "lint_manifests.py", *paths]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_they_are_valid_by_the_schemas() -> None:
    assert checked() == 0


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("web.yaml", "readinessProbe:", "readynessProbe:"),
        ("web.yaml", "minReplicas: 2", "minReplicas: two"),
        ("worker.yaml", "matchLabels:", "matchLabel:"),
        ("network.yaml", "policyTypes: [Ingress]", "policyTypes: Ingress"),
        ("migrate.yaml", "apiVersion: batch/v1", "apiVersion: batch/v1beta9"),
    ],
)
def test_a_planted_error_would_be_found(tmp_path: Path, file: str, right: str, wrong: str) -> None:
    text = (FOLDER / file).read_text(encoding="utf-8")
    assert right in text
    planted = tmp_path / file
    planted.write_text(text.replace(right, wrong), encoding="utf-8")
    assert checked(planted) == 1


def test_lint_checks_all_of_them() -> None:
    assert lint_manifests.manifests() == sorted(FOLDER.iterdir())
    assert "Kubernetes manifests" in checking.checks()


def test_everything_named_is_there(documents: dict[tuple[str, str], Document], pods: dict[str, Document]) -> None:
    for pod in pods.values():
        declared = {volume["name"]: volume for volume in pod["spec"].get("volumes", [])}
        for volume in declared.values():
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in documents
            if "persistentVolumeClaim" in volume:
                assert ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]) in documents
        for container in pod["spec"]["containers"]:
            assert {mount["name"] for mount in container.get("volumeMounts", [])} <= set(declared)
            for source in container.get("envFrom", []):
                (kind, reference) = next(iter(source.items()))
                assert ({"configMapRef": "ConfigMap", "secretRef": "Secret"}[kind], reference["name"]) in documents


def test_every_selector_finds_its_pods(documents: dict[tuple[str, str], Document], pods: dict[str, Document]) -> None:
    labels = [pod["metadata"]["labels"] for pod in pods.values()]
    for (kind, name), document in documents.items():
        spec = document.get("spec", {})
        wanted = spec.get("podSelector", spec.get("selector", {})) if kind != "PersistentVolumeClaim" else {}
        chosen = wanted.get("matchLabels", wanted)
        assert not chosen or any(chosen.items() <= each.items() for each in labels), f"{kind} {name} finds nothing"
    service = documents["Service", "portal-web"]["spec"]
    ports = {port["name"] for port in pods["portal-web"]["spec"]["containers"][1]["ports"]}
    assert {port["targetPort"] for port in service["ports"]} <= ports
    backend = documents["Ingress", "portal"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert ("Service", backend["name"]) in documents
    assert documents["HorizontalPodAutoscaler", "portal-web"]["spec"]["scaleTargetRef"]["name"] in pods


def test_nothing_runs_as_root_or_writes_where_it_need_not(pods: dict[str, Document]) -> None:
    for name, pod in pods.items():
        whole = pod["spec"]["securityContext"]
        assert (whole["runAsNonRoot"], whole["runAsUser"], whole["seccompProfile"]["type"]) == (
            True,
            101,
            "RuntimeDefault",
        ), name
        assert pod["spec"]["automountServiceAccountToken"] is False
    for name, container in containers(pods).items():
        own = container["securityContext"]
        assert own["readOnlyRootFilesystem"] is True, name
        assert own["allowPrivilegeEscalation"] is False
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["requests"] and container["resources"]["limits"]["memory"], name
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "useradd --system --uid 101" in dockerfile


def test_who_serves_is_asked_whether_it_lives_and_whether_it_is_ready(pods: dict[str, Document]) -> None:
    web = containers(pods)["web"]
    paths = {kind: web[kind]["httpGet"]["path"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert paths == {
        "startupProbe": "/healthz/live",
        "livenessProbe": "/healthz/live",
        "readinessProbe": "/healthz/ready",
    }
    assert "inspect ping" in containers(pods)["worker"]["livenessProbe"]["exec"]["command"][-1]


def test_one_beat_and_no_second_beside_it(documents: dict[tuple[str, str], Document]) -> None:
    spec = documents["Deployment", "portal-beat"]["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_web_and_worker_may_end_in_peace(documents: dict[tuple[str, str], Document], pods: dict[str, Document]) -> None:
    assert pods["portal-worker"]["spec"]["terminationGracePeriodSeconds"] > 300
    graceful = containers(pods)["web"]["args"]
    longest = int(graceful[graceful.index("--graceful-timeout") + 1]) + 10
    assert pods["portal-web"]["spec"]["terminationGracePeriodSeconds"] >= longest
    for part in ("web", "worker"):
        assert ("PodDisruptionBudget", f"portal-{part}") in documents


def test_all_parts_are_one_image_with_the_commands_that_compose_has(pods: dict[str, Document]) -> None:
    found = {name: container for name, container in containers(pods).items() if name in OURS}
    assert set(found) == OURS
    assert len({container["image"] for container in found.values()}) == 1
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    for name in ("worker", "beat"):
        assert found[name]["args"] == compose[name]["command"]
    assert found["migrate"]["command"] == compose["migrate"]["command"]


def test_settings_and_secret_name_what_compose_names(documents: dict[tuple[str, str], Document]) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["x-portal"]["environment"]
    settings = documents["ConfigMap", "portal"]["data"]
    secret = documents["Secret", "portal"]["stringData"]
    assert set(compose) | {"REPLICA_URL"} == set(settings) | set(secret)
    assert not set(settings) & set(secret)
    assert all(isinstance(value, str) for value in (*settings.values(), *secret.values()))


def test_nginx_has_the_same_limits_as_elsewhere_and_keeps_probes_inside(
    documents: dict[tuple[str, str], Document],
) -> None:
    said = documents["ConfigMap", "portal-nginx"]["data"]
    assert said["limits.conf"] == (ROOT / "deploy/nginx/limits.conf").read_text(encoding="utf-8")
    own = (ROOT / "deploy/nginx/portal.conf").read_text(encoding="utf-8")
    for line in ("client_max_body_size 26m;", "proxy_request_buffering on;", "proxy_read_timeout 65s;"):
        assert line in own and line in said["portal.conf"]
    visitors, probes = said["portal.conf"].split("# For the probes alone")
    assert "location /healthz { return 404; }" in " ".join(visitors.split())
    assert "listen 8081;" in probes
    policy = documents["NetworkPolicy", "portal-web"]["spec"]["ingress"]
    assert [port["port"] for rule in policy for port in rule["ports"]] == [8080]
