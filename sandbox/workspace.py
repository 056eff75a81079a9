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

from sandbox import files
from sandbox.errors import SandboxError
from sandbox.layout import Layout

SECRETS_SETTINGS = ("secretsprovider", "encryptionsalt", "encryptedkey")
_BY_DIGEST = re.compile(r"(?P<repository>[^@\s]+)@(?P<digest>sha256:[0-9a-f]{64})")
VENV = "MODELPORT_SANDBOX_VENV"
"""Names another virtual environment for the program: in that of tests, the SDKs are loaded already."""
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
            f"name one of them, or write Pulumi.{layout.environment}.yaml",
        )
    return _read(layout.settings)


def identities(settings: dict[str, Any]) -> dict[str, str]:
    """Whose clouds the tracked settings mean: account, subscription, tenant, project, where given."""
    config = _mapping(settings.get("config"))
    places = (("aws", "account"), ("azure", "subscription"), ("azure", "tenant"), ("gcp", "project"))
    found: dict[str, Any] = {
        # What the settings say the account has is what it has here.
        "lambda_concurrency": _mapping(config.get("modelport:aws")).get("concurrency"),
    }
    found |= {key: _mapping(config.get(f"modelport:{cloud}")).get(key) for cloud, key in places}
    return {key: str(value) for key, value in found.items() if value}


def images(settings: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every place of the settings that names an image: the mapping that holds it, and its key."""
    config = _mapping(settings.get("config"))
    yield config, "modelport:image"
    for model in _mapping(config.get("modelport:models")).values():
        if isinstance(model, dict):
            yield model, "image"


def artifacts(layout: Layout) -> list[str]:
    """Models whose file is not inside the image, in the settings of the work directory."""
    models = _mapping(_mapping(_read(layout.work_settings).get("config")).get("modelport:models"))
    return sorted(str(name) for name, model in models.items() if _mapping(model).get("artifact"))


def edited(layout: Layout, digest: str) -> list[str]:
    """Settings of the work directory that are not what the tracked file says: changed there by hand."""
    tracked_ = _mapping(settings_for(tracked(layout), digest).get("config"))
    here = _mapping(_read(layout.work_settings).get("config"))
    return sorted(key for key in {*tracked_, *here} if tracked_.get(key) != here.get(key))


def _mapping(value: Any) -> dict[str, Any]:
    """What is no mapping is left to the program, which says what is wrong with it."""
    return value if isinstance(value, dict) else {}


def repositories(settings: dict[str, Any]) -> list[str]:
    """Repositories of all images that the settings name by digest."""
    found = (_BY_DIGEST.fullmatch(str(holder.get(key, ""))) for holder, key in images(settings))
    return sorted({match["repository"] for match in found if match})


class _Strict(yaml.SafeLoader):
    """Refuses what Pulumi's reader refuses and Python's lets pass: a key that stands there twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"mapping key {key!r} is defined twice", node.start_mark
                )
        return super().construct_mapping(node, deep)


def _copied(content: dict[str, Any]) -> dict[str, Any]:
    """A copy in the types that Pulumi knows: a date is text to it."""
    try:
        copied: dict[str, Any] = json.loads(json.dumps(content, default=str))
    except ValueError as error:
        raise SandboxError(f"settings that hold themselves: {error}", "remove the YAML anchor") from None
    return copied


def settings_for(settings: dict[str, Any], digest: str) -> dict[str, Any]:
    """Settings for the sandbox: no other secrets manager, the local image's digest, readable secrets."""
    made = _copied(settings)
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
    made = _copied(project)
    made["main"] = os.path.relpath(layout.root, layout.work)
    # No toolchain: with one, the CLI would install packages into the environment.
    made["runtime"] = {"name": "python", "options": {"virtualenv": _virtualenv(layout)}}
    return made


def _virtualenv(layout: Layout) -> str:
    """A relative path within the repository, so that the files can be moved with it; else an absolute one."""
    folder, target = layout.work, Path(os.environ.get(VENV, sys.prefix))
    return os.path.relpath(target, folder) if target.is_relative_to(folder.parent.parent) else str(target)


def prepare(layout: Layout, digest: str) -> bool:
    """Write the work directory when a tracked file or the image changed; return whether it was written."""
    stamp = {
        "digest": digest,
        "prefix": _virtualenv(layout),
        "files": [_hash(layout.project), _hash(layout.settings)],
    }
    stamp_file = layout.work / _STAMP
    made_before = [layout.work / "Pulumi.yaml", layout.work_settings]
    if files.read_json(stamp_file) == stamp and all(map(_usable, made_before)):
        return False
    made = settings_for(tracked(layout), digest)
    if salt := _salt(layout.work_settings):
        # The stack's own salt: without it the secrets in its state could not be opened again.
        made["encryptionsalt"] = salt
    _write(layout.work / "Pulumi.yaml", project_for(_read(layout.project), layout), layout.project.name)
    _write(layout.work_settings, made, layout.settings.name)
    files.write(stamp_file, json.dumps(stamp))
    return True


def forget(layout: Layout) -> None:
    """Make the work directory anew at the next start, from the tracked settings."""
    (layout.work / _STAMP).unlink(missing_ok=True)


def _salt(path: Path) -> str | None:
    return _read(path).get("encryptionsalt") if path.exists() else None


def _usable(path: Path) -> bool:
    """Whether there is a file that is not empty, as one that was cut off would be."""
    return path.exists() and bool(_read(path))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), _Strict)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise SandboxError(f"{path.name} is not valid YAML: {error}", f"edit {path}") from None
    if found is not None and not isinstance(found, dict):
        raise SandboxError(f"{path.name} must be a mapping, not {type(found).__name__}", f"edit {path}")
    return found or {}


def _write(path: Path, content: dict[str, Any], source: str) -> None:
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    files.write(path, _NOTE.format(source=source) + text)
