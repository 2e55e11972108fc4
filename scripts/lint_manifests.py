"""Hold the Kubernetes manifests against the schemas of the oldest version they are meant for; no cluster, no network.

Without arguments those of ``deploy/kubernetes``. A word that the schema does not know is an error, and so is a kind
that has no schema.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]
import yaml

FOLDER = Path(__file__).resolve().parent.parent / "deploy" / "kubernetes"
VERSION = "1.30"


def manifests() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def errors(path: Path) -> Iterator[str]:
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        what = f"{path.name}: {document.get('kind')} {document.get('metadata', {}).get('name')}"
        try:
            kubernetes_validate.validate(document, VERSION, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{what}: {'.'.join(str(part) for part in error.absolute_path)}: {error.message}"
        except kubernetes_validate.SchemaNotFoundError as error:
            yield f"{what}: {error.message}"


def main(named: list[str]) -> int:
    paths = [Path(name) for name in named] or manifests()
    found = [line for path in paths for line in errors(path)]
    print("\n".join(found) or f"{len(paths)} files are valid for Kubernetes {VERSION}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
