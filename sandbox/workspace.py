"""The work directory of a stack: project and settings made from the tracked files, which are only read."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sandbox.errors import SandboxError
from sandbox.layout import Layout

SECRETS_SETTINGS = ("secretsprovider", "encryptionsalt", "encryptedkey")
_BY_DIGEST = re.compile(r"(?P<repository>[^@\s]+)@(?P<digest>sha256:[0-9a-f]{64})")
_STAMP = "source.json"
_NOTE = "# Made from {source} by `make up`; made anew when that file changes. Edits here stay until then.\n"


def environments(root: Path) -> list[str]:
    """Environments that have tracked settings."""
    return sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))


def tracked(layout: Layout) -> dict[str, Any]:
    """Read the tracked settings of the environment."""
    if not layout.settings.exists():
        known = ", ".join(environments(layout.root)) or "none"
        raise SandboxError(
            f"no environment {layout.environment!r}: no {layout.settings.name}; environments: {known}",
            f"python -m sandbox up --env {next(iter(environments(layout.root)), 'dev')}",
        )
    return _read(layout.settings)


def identities(settings: dict[str, Any]) -> dict[str, str]:
    """Whose clouds the tracked settings mean: account, subscription, tenant, project, where given."""
    config = settings.get("config") or {}
    places = (("aws", "account"), ("azure", "subscription"), ("azure", "tenant"), ("gcp", "project"))
    found = {key: (config.get(f"modelport:{cloud}") or {}).get(key) for cloud, key in places}
    return {key: str(value) for key, value in found.items() if value}


def images(settings: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every place of the settings that names an image: the mapping that holds it, and its key."""
    config = settings.get("config") or {}
    yield config, "modelport:image"
    for model in (config.get("modelport:models") or {}).values():
        if isinstance(model, dict):
            yield model, "image"


def repositories(settings: dict[str, Any]) -> list[str]:
    """Repositories of all images that the settings name by digest."""
    found = (_BY_DIGEST.fullmatch(str(holder.get(key, ""))) for holder, key in images(settings))
    return sorted({match["repository"] for match in found if match})


def settings_for(settings: dict[str, Any], digest: str) -> dict[str, Any]:
    """Settings for the sandbox: no other secrets manager, the local image's digest, readable secrets."""
    made: dict[str, Any] = json.loads(json.dumps(settings))
    for key in SECRETS_SETTINGS:
        made.pop(key, None)
    for holder, key in images(made):
        # What is no reference by digest stays: the program must refuse it here as it would in the cloud.
        if match := _BY_DIGEST.fullmatch(str(holder.get(key, ""))):
            holder[key] = f"{match['repository']}@{digest}"
    made["config"] = _readable(made.get("config") or {})
    return made


def _readable(value: Any, path: str = "") -> Any:
    """Replace secrets, which only the real secrets manager can open, by a text that says so."""
    if isinstance(value, dict):
        if value.keys() == {"secure"}:
            return f"sandbox value of {path}"
        return {key: _readable(each, f"{path}.{key}".lstrip(".")) for key, each in value.items()}
    if isinstance(value, list):
        return [_readable(each, f"{path}[{index}]") for index, each in enumerate(value)]
    return value


def project_for(project: dict[str, Any], layout: Layout) -> dict[str, Any]:
    """Project for the work directory: the program stays where it is, the interpreter is the one of now."""
    made: dict[str, Any] = json.loads(json.dumps(project))
    made["main"] = os.path.relpath(layout.root, layout.work)
    # No toolchain: with one, the CLI would install packages into the environment.
    made["runtime"] = {"name": "python", "options": {"virtualenv": _from(layout.work, Path(sys.prefix))}}
    return made


def _from(folder: Path, target: Path) -> str:
    """A relative path within the repository, so that the files can be moved with it; else an absolute one."""
    return os.path.relpath(target, folder) if target.is_relative_to(folder.parent.parent) else str(target)


def prepare(layout: Layout, digest: str) -> bool:
    """Write the work directory when a tracked file or the image changed; return whether it was written."""
    stamp = {"digest": digest, "prefix": sys.prefix, "files": [_hash(layout.project), _hash(layout.settings)]}
    stamp_file = layout.work / _STAMP
    if stamp_file.exists() and json.loads(stamp_file.read_text()) == stamp and layout.work_settings.exists():
        return False
    layout.work.mkdir(parents=True, exist_ok=True)
    made = settings_for(tracked(layout), digest)
    if salt := _salt(layout.work_settings):
        # The stack's own salt: without it the secrets in its state could not be opened again.
        made["encryptionsalt"] = salt
    _write(layout.work / "Pulumi.yaml", project_for(_read(layout.project), layout), layout.project.name)
    _write(layout.work_settings, made, layout.settings.name)
    stamp_file.write_text(json.dumps(stamp), encoding="utf-8")
    return True


def _salt(path: Path) -> str | None:
    return _read(path).get("encryptionsalt") if path.exists() else None


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SandboxError(f"{path.name} is not valid YAML: {error}", f"edit {path}") from None
    if found is not None and not isinstance(found, dict):
        raise SandboxError(f"{path.name} must be a mapping, not {type(found).__name__}", f"edit {path}")
    return found or {}


def _write(path: Path, content: dict[str, Any], source: str) -> None:
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    path.write_text(_NOTE.format(source=source) + text, encoding="utf-8")
