"""Vector environments, ours and others', measured in turn: what :mod:`throughput` has to say of them."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Callable
from statistics import median
from typing import Any

from contestants import ENV_ID
from workers import Absent, Worker

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
MANY = 16384
COUNTS = (1, 4, 16, 64, 256, 1024, 4096, MANY, 65536, 262144)
LARGE = (1, 16, 256, 4096, MANY, 65536, 262144)
SIZES = (5, 10, 20, 50, 100)

Row = dict[str, Any]

NATIVE, COPIES = "GridWorld, its own vector", "GridWorld, copy limit"
# Of a wrapper: what is copied is all that a step hands out, or the observations alone.
WHOLE, ALONE, OBSERVED = ", copy limit", ", encoding alone", ", copy limit of the encoding"
SYNC, ASYNC = "GridWorld, SyncVectorEnv", "GridWorld, AsyncVectorEnv"
ENVPOOL = "EnvPool FrozenLake-v1"

WRAPPERS: dict[str, Row] = {
    "GridWorld, OneHotObservation cell": {"wrapper": "OneHotObservation"},
    "GridWorld, OneHotObservation axis": {"wrapper": "OneHotObservation", "wrap": {"encoding": "axis"}},
    "GridWorld, ScaledCoordinates": {"wrapper": "ScaledCoordinates"},
    "GridWorld, RelativePosition": {"wrapper": "RelativePosition"},
    "GridWorld, FlattenObservation": {"wrapper": "FlattenObservation"},
}


def row(contestant: str, maker: str, num_envs: int, cores: int = 1, processes: int = 1, **arguments: Any) -> Row:
    """What is to be measured once in each round."""
    of_each = {"num_envs": num_envs, **arguments}
    return {"contestant": contestant, "maker": maker, "arguments": of_each, "cores": cores, "processes": processes}


def all_rows() -> list[Row]:
    """Everything that is measured."""
    n_cores = len(CORES)
    rows = [row(NATIVE, "native", n, size=5) for n in COUNTS]
    rows += [row(NATIVE, "native", n, size=size) for size in SIZES[1:] for n in LARGE]
    rows += [row(NATIVE, "native", n, n_cores, n_cores, size=5) for n in (256, 4096, MANY, 65536)]
    rows += [row(COPIES, "copies", n, size=5) for n in COUNTS]
    rows.append(row("GridWorld, its own vector, SAME_STEP", "native", MANY, autoreset_mode="SameStep"))
    for name, arguments in WRAPPERS.items():
        rows += [
            row(f"{name}{of}", maker, MANY, **arguments)
            for (of, maker) in (("", "native"), (WHOLE, "copies"), (ALONE, "encodings"), (OBSERVED, "encoding_copies"))
        ]
    rows += [row(SYNC, "gymnasium", n, env_id=ENV_ID, mode="sync") for n in (1, 4, 16, 64, 256, 1024, 4096)]
    rows += [row(ASYNC, "gymnasium", n, n_cores, env_id=ENV_ID, mode="async") for n in (1, 2, 4, 16)]
    for env_id, counts in (("FrozenLake-v1", (1, 16, 256, 4096)), ("MiniGrid-Empty-5x5-v0", (1, 16, 256))):
        rows += [row(f"{env_id}, SyncVectorEnv", "gymnasium", n, env_id=env_id, mode="sync") for n in counts]
    own = "vector_entry_point"
    rows += [row("CartPole-v1, its own vector", "gymnasium", n, env_id="CartPole-v1", mode=own) for n in LARGE]
    rows += [
        row(ENVPOOL, "envpool", n, n_cores, env_id="FrozenLake-v1", threads=threads)
        for threads in sorted({1, n_cores})
        for n in (1, 16, 64, 256, 1024, 4096, MANY)
    ]
    for contestant, maker, env_id in (
        ("Navix Empty-5x5, jitted", "navix", "Navix-Empty-5x5-v0"),
        ("gymnax FourRooms, jitted", "gymnax", "FourRooms-misc"),
    ):
        counts = (256, 4096, MANY)
        for cores, steps in ((1, 1), (1, 16), (n_cores, 16)):
            rows += [row(contestant, maker, n, cores, env_id=env_id, steps=steps) for n in counts]
    return rows


class Arena:
    """All rows, each with a worker for each of its processes; rows of one library share theirs."""

    def __init__(self) -> None:
        self.rows = all_rows()
        self.left_out: dict[str, str] = {}
        self.rates: dict[int, list[float]] = defaultdict(list)
        self._workers: dict[tuple[str, int, int], Worker] = {}

    def round(self, seconds: float) -> None:
        """Measure every row once."""
        for index, of_row in enumerate(self.rows):
            if of_row["contestant"] in self.left_out:
                continue
            workers = [self._worker(of_row, number) for number in range(of_row["processes"])]
            for worker in workers:
                worker.ask(of_row["maker"], of_row["arguments"], seconds)
            try:
                self.rates[index].append(sum([worker.answer() for worker in workers]))
            except Absent as why:
                self.left_out[of_row["contestant"]] = str(why)
                print(f"left out: {of_row['contestant']}: {why}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers.values():
            worker.close()

    def result(self) -> dict[str, Any]:
        """Every row with its medians, and which contestants are not there."""
        measured = []
        for index, rates in self.rates.items():
            steps = median(rates)
            of_row = {key: value for key, value in self.rows[index].items() if key != "maker"}
            measured.append({**of_row, "steps_per_second": round(steps), "rates": [round(rate) for rate in rates]})
        return {"rows": measured, "left_out": self.left_out}

    def _worker(self, of_row: Row, number: int) -> Worker:
        key = (of_row["maker"], of_row["cores"], number)
        if key not in self._workers:
            alone = of_row["cores"] == 1 or of_row["processes"] > 1
            self._workers[key] = Worker([CORES[number]] if alone else CORES)
        return self._workers[key]


def best(rows: list[Row], contestant: str, where: Callable[[Row], bool] = lambda _: True) -> Row | None:
    """The quickest row of a contestant."""
    found = [one for one in rows if one["contestant"] == contestant and where(one)]
    return max(found, key=lambda one: one["steps_per_second"], default=None)


def number_is(num_envs: int, size: int | None = None) -> Callable[[Row], bool]:
    """Rows of so many environments, on one core."""

    def fits(one: Row) -> bool:
        arguments = one["arguments"]
        return one["cores"] == 1 and arguments["num_envs"] == num_envs and size in (None, arguments.get("size"))

    return fits


def ratios(rows: list[Row], scalar: list[float]) -> list[Row]:
    """What is aimed at: medians over the rounds of ratios within each.

    Args:
        rows: Of :meth:`Arena.result`.
        scalar: Steps a second of one environment without wrappers, round by round.
    """
    ours = best(rows, NATIVE, number_is(MANY, 5))
    one = best(rows, NATIVE, number_is(1, 5))
    wanted = [
        (ours, best(rows, ENVPOOL), 100.0),
        (ours, best(rows, SYNC), 300.0),
        (ours, best(rows, COPIES, number_is(MANY)), 0.5),
    ]
    for name in ("GridWorld, OneHotObservation cell", "GridWorld, OneHotObservation axis"):
        wanted.append((best(rows, name + ALONE), best(rows, name + OBSERVED), 0.5))
        wanted.append((best(rows, name), best(rows, name + WHOLE), 0.5))
    found = [
        {"of": says(a), "to": says(b), "ratio": _ratio(a["rates"], b["rates"]), "aim": aim}
        for a, b, aim in wanted
        if a is not None and b is not None
    ]
    if one is not None:
        to = "GridWorld, no wrappers, one at a time"
        found.append({"of": says(one), "to": to, "ratio": _ratio(one["rates"], scalar), "aim": 1 / 15})
    of_sizes = [best(rows, NATIVE, number_is(MANY, size)) for size in SIZES]
    rates = [of_size["steps_per_second"] for of_size in of_sizes if of_size is not None]
    of = f"{NATIVE}, {MANY:,}, the slowest of the sizes {SIZES[0]} to {SIZES[-1]}"
    found.append({"of": of, "to": "the quickest", "ratio": min(rates) / max(rates), "aim": 0.8})
    return found


def says(of_row: Row) -> str:
    """A row in a few words."""
    arguments = of_row["arguments"]
    more = [f"{arguments['threads']} threads"] if "threads" in arguments else []
    return ", ".join([of_row["contestant"], f"{arguments['num_envs']:,}", *more])


def crossing(rows: list[Row], scalar: float) -> int | None:
    """From how many environments on the vector steps more a second than one environment alone."""
    counts = sorted(
        one["arguments"]["num_envs"]
        for one in rows
        if one["contestant"] == NATIVE and one["cores"] == 1 and one["steps_per_second"] > scalar
    )
    return counts[0] if counts else None


def _ratio(rates: list[float], others: list[float]) -> float:
    return median(a / b for a, b in zip(rates, others, strict=True))
