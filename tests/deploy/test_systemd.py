"""The services without containers: what docs/installation.md tells is all that they need before they start."""

import itertools
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = Path("/srv/portal")
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def told() -> list[list[str]]:
    """The words of every command that the section tells to give."""
    section = (ROOT / "docs/installation.md").read_text("utf-8").partition("## Without containers")[2]
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", section.partition("\n## ")[0], re.DOTALL))
    return [command for line in blocks.splitlines() for command in commands(line)]


def commands(line: str) -> list[list[str]]:
    words = shlex.shlex(line, posix=True, punctuation_chars=";")
    words.whitespace_split = True
    ended = itertools.groupby(words, lambda word: word in (";", "&&"))
    return [list(command) for ends, command in ended if not ends]


def beginning(*words: str) -> list[str]:
    """The one command that begins so."""
    (found,) = [line for line in told() if line[: len(words)] == list(words)]
    return found


def said(unit: Path, name: str) -> list[str]:
    """What a unit says under a name, as words."""
    values = re.findall(rf"^{name}=(.*)$", unit.read_text("utf-8"), re.MULTILINE)
    return shlex.split(" ".join(values))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_what_a_service_may_write_is_made_before_it_starts(unit: Path) -> None:
    """systemd closes the rest before anything of the service runs, so that it cannot make the folder itself."""
    made = [HOME / word for word in beginning("install", "-d", "-o") if word.startswith("var/")]
    assert HOME / "var/attachments" in made
    assert beginning("install", "-d", "-o")[3:4] == said(unit, "User")
    (writable,) = said(unit, "ReadWritePaths")
    assert all(folder.is_relative_to(writable) for folder in made)
    assert not said(unit, "ExecStartPre")
    command = said(unit, "ExecStart")
    if "--schedule" in command:
        assert Path(command[command.index("--schedule") + 1]).parent in made


def test_all_services_are_told_to_start_with_the_file_that_they_read() -> None:
    started = beginning("systemctl", "enable")
    assert set(started[3:]) == {unit.stem for unit in UNITS}
    (environment,) = {tuple(said(unit, "EnvironmentFile")) for unit in UNITS}
    assert beginning("install", "-D")[-1:] == list(environment)
    assert [".", *environment] in told()


def test_the_packages_and_files_are_made_as_for_the_image() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    for line in (beginning(".venv/bin/pip"), beginning("npm")):
        words = [word for word in line[1:] if word.startswith("-")]
        assert f"{line[0].rpartition('/')[2]} {line[1]}" in image
        assert all(word in image for word in words)
    copied = beginning(".venv/bin/python", "-c")[2].replace("'node_modules'", "'/tmp/node_modules'")
    assert f'python -c "{copied}"' in image
    prepared = beginning("PORTAL_STATEMENT_SECONDS=300")
    assert prepared[1:3] == [".venv/bin/python", "scripts/prepare.py"]
    assert prepared[4:-1] == ["messages", "migrate", "load_reference", "collectstatic"]
    assert "scripts/prepare.py 3 messages collectstatic 3>&1" in image


def test_nginx_on_the_host_is_told_where_the_portal_is() -> None:
    conf = (ROOT / "deploy/nginx/portal.conf").read_text("utf-8")
    bind = said(ROOT / "deploy/systemd/portal-web.service", "ExecStart")
    name, address = re.findall(r"s/server (\S+)/server (\S+)/", " ".join(beginning("sed")))[0]
    assert f"server {name} " in conf
    assert bind[bind.index("--bind") + 1] == address
