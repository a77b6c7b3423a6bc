"""Write the tables of ids and results into the README and the agents' page: ``python benchmarks/readme.py``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import learning
import learning_tables
import tables
from common import ROOT, read_json

from gym_gridworld.sb3.manifest import MANIFEST

README, AGENTS = ROOT / "README.md", ROOT / "agents" / "README.md"

SECTIONS: dict[str, Callable[[], str]] = {
    "ids": tables.ids,
    "main-job": lambda: _with_machine("main_job.json", tables.main_job),
    "inputs": lambda: _with_machine("inputs.json", tables.inputs),
    "optimality": lambda: f"```text\n{read_json('pictures.json')['table']}\n```",
    "agents": lambda: _with_machine("agents.json", tables.agents),
    "goals": lambda: _with_machine("goals.json", tables.goals),
    "learning": lambda: _learned(lambda runs: learning_tables.learning(runs, learning.TASKS)),
    "learning-compared": lambda: learning_tables.compared(learning.run_files().complete(0)[0]["runs"]),
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

AGENTS_SECTIONS: dict[str, Callable[[], str]] = {
    "gallery": lambda: tables.gallery(json.loads((AGENTS.parent / MANIFEST).read_text(encoding="utf-8"))),
}


def filled(text: str, sections: dict[str, Callable[[], str]] = SECTIONS) -> str:
    """A page's text with every section between ``<!-- name -->`` and ``<!-- end -->`` made anew."""
    for name, section in sections.items():
        begin = f"<!-- {name} -->"
        text, found = re.subn(
            f"{begin}.*?<!-- end -->", lambda _, s=section, b=begin: f"{b}\n{s()}\n<!-- end -->", text, flags=re.DOTALL
        )
        if found != 1:
            raise ValueError(f"the page must hold {begin} ... <!-- end --> once, got {found}")
    return text


def _with_machine(name: str, section: Callable[[dict], str]) -> str:
    result = read_json(name)
    return f"{section(result)}\n\n{tables.measured_on(result)}"


def _learned(section: Callable[[list[dict]], str]) -> str:
    runs = learning.run_files().complete(0)[0]["runs"]
    on = {
        **runs[0]["measured_on"],
        "processor": " and ".join(sorted({run["measured_on"]["processor"] for run in runs})),
    }
    return f"{section(runs)}\n\n{tables.measured_on({'measured_on': on})}"


if __name__ == "__main__":
    for page, sections in ((README, SECTIONS), (AGENTS, AGENTS_SECTIONS)):
        page.write_text(filled(page.read_text(encoding="utf-8"), sections), encoding="utf-8")
