"""What the benchmarks share: where results go, and on what they were measured."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).resolve().parent / "results"
PACKAGES = ("gymnasium", "numpy", "minigrid", "stable_baselines3", "rl_zoo3", "torch")


def measured_on(*more: str) -> dict[str, Any]:
    """Machine and versions, those of ``more`` packages too; what is not installed is left out."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {package: importlib.metadata.version(package) for package in filter(_is_there, [*PACKAGES, *more])},
    }


def _is_there(package: str) -> bool:
    return any(True for _ in importlib.metadata.Distribution.discover(name=package))


def write_json(name: str, content: dict[str, Any]) -> Path:
    """Write a result, whole or not at all; a list has a line for each of its elements."""
    path = RESULTS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text("{\n" + ",\n".join(f'"{key}": {_lines(value)}' for key, value in content.items()) + "\n}\n")
    partial.replace(path)
    return path


def read_json(name: str) -> dict[str, Any]:
    """Read a result."""
    content: dict[str, Any] = json.loads((RESULTS / name).read_text(encoding="utf-8"))
    return content


def _lines(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(element) for element in value) + "\n]"
    return json.dumps(value)
