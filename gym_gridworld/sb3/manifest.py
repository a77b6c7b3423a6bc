"""The list of the agents that a folder holds, with what their files must be."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

MANIFEST = "manifest.json"


def checksum(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_manifest(path: Path) -> None:
    """Check a model against the manifest of the agents around it, if there is one: a model can hold any code.

    Args:
        path: The model, ``.../agents/<algo>/<run>/<env id>.zip``. The manifest is ``.../agents/manifest.json``.

    Raises:
        ValueError: The file is not the one that the manifest lists.
    """
    folder = path.resolve().parents[2]
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return
    name = path.resolve().relative_to(folder).as_posix()
    try:
        expected = json.loads(manifest.read_text(encoding="utf-8"))[name]["sha256"]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{manifest} does not say what {name} must be, so that it is not loaded") from error
    found = checksum(path)
    if found != expected:
        raise ValueError(f"{path} is not the file that {manifest} lists: its SHA-256 is {found}, not {expected}")
