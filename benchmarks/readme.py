"""Write the tables of ids and results into the README: ``python benchmarks/readme.py``."""

from __future__ import annotations

import re
from collections.abc import Callable

import tables
from common import ROOT, read_json

README = ROOT / "README.md"

SECTIONS: dict[str, Callable[[], str]] = {
    "ids": tables.ids,
    "main-job": lambda: _with_machine("main_job.json", tables.main_job),
    "inputs": lambda: _with_machine("inputs.json", tables.inputs),
    "optimality": lambda: f"```text\n{read_json('pictures.json')['table']}\n```",
    "agents": lambda: _with_machine("agents.json", tables.agents),
    "goals": lambda: _with_machine("goals.json", tables.goals),
    "planning": lambda: _with_machine("planning.json", tables.planning),
    "growth": lambda: _with_machine("growth.json", tables.growth),
    "throughput": lambda: _with_machine("throughput.json", tables.throughput),
    "vectors": lambda: _with_machine("throughput.json", tables.vectors),
    "vector-ratios": lambda: tables.vector_ratios(read_json("throughput.json")),
    "anatomy": lambda: tables.anatomy(read_json("throughput.json")),
    "native": lambda: _with_machine("native.json", tables.native),
    "load": lambda: _with_machine("load.json", tables.load),
    "unity": lambda: _with_machine("unity.json", tables.unity),
}


def filled(text: str) -> str:
    """The README's text with every section between ``<!-- name -->`` and ``<!-- end -->`` made anew."""
    for name, section in SECTIONS.items():
        begin = f"<!-- {name} -->"
        text, found = re.subn(
            f"{begin}.*?<!-- end -->", lambda _, s=section, b=begin: f"{b}\n{s()}\n<!-- end -->", text, flags=re.DOTALL
        )
        if found != 1:
            raise ValueError(f"README.md must hold {begin} ... <!-- end --> once, got {found}")
    return text


def _with_machine(name: str, section: Callable[[dict], str]) -> str:
    result = read_json(name)
    return f"{section(result)}\n\n{tables.measured_on(result)}"


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
