"""The benchmarks' results as Markdown tables: what the commands print, and what the README holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import mean, median
from typing import Any

import gym_gridworld
from gym_gridworld.report import percent


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, ["---"] * len(header), *rows))


def measured_on(result: dict[str, Any]) -> str:
    """One line on the machine and the versions."""
    on = result["measured_on"]
    packages = ", ".join(f"{name} {version}" for name, version in on["packages"].items())
    return f"Measured on {on['cores']} cores of {on['processor']}, {on['system']}, Python {on['python']}, {packages}."


def ids() -> str:
    """The registered environments."""
    return table(
        ["id", "time limit"],
        ([f"`{env_id}`", _time_limit(spec)] for env_id, spec in gym_gridworld.ENVIRONMENTS.items()),
    )


def _time_limit(spec: dict[str, Any]) -> str:
    return f"{spec['max_episode_steps']} steps" if "max_episode_steps" in spec else "the build's"


def main_job(result: dict[str, Any]) -> str:
    """A row a seed, and their medians."""
    runs = result["runs"]
    rows = [
        [
            str(run["seed"]),
            f"{round(run['optimal'] * run['pairs'])} of {run['pairs']}",
            f"{first['environment_steps']:,} steps, {first['learning_seconds']:.1f} s" if first else "never",
            f"{run['environment_steps']:,}",
            f"{run['learning_seconds']:.1f} s",
            f"{run['whole_command_seconds']:.1f} s",
        ]
        for run in runs
        for first in [run["first_optimal"]]
    ]
    learning, whole = (median(run[key] for run in runs) for key in ("learning_seconds", "whole_command_seconds"))
    rows.append(["median", "", "", "", f"{learning:.1f} s", f"{whole:.1f} s"])
    return table(["seed", "pairs optimal", "all of them first after", "steps", "learning", "whole command"], rows)


def inputs(result: dict[str, Any]) -> str:
    """A row for each input and kind of settings, a column for each size: the mean, and every seed."""
    runs = sorted(result["runs"], key=lambda run: (run["size"], run["seed"]))
    sizes = sorted({run["size"] for run in runs})
    names = sorted({run["input"] for run in runs})
    rows = []
    for kind, settings in (("tuned", "ours"), ("defaults", "SB3's defaults")):
        for name in names:
            row = [name, settings]
            for size in sizes:
                of_field = [run for run in runs if (run["kind"], run["input"], run["size"]) == (kind, name, size)]
                finals = [run["curve"][-1][2] for run in of_field]
                row.append(f"**{percent(mean(finals))}** ({', '.join(map(percent, finals))})" if finals else "")
            rows.append(row)
    steps = {run["size"]: run["settings"]["n_timesteps"] for run in runs}
    return table(["input", "settings", *(f"{size}x{size}, {steps[size]:,} steps" for size in sizes)], rows)


def agents(result: dict[str, Any]) -> str:
    """A row for each environment: every seed's share of optimal pairs, and medians of the rest."""
    rows = []
    for env_id in dict.fromkeys(run["env_id"] for run in result["runs"]):
        runs = [run for run in result["runs"] if run["env_id"] == env_id]
        regret = max(math.inf if run["report"]["max_regret"] is None else run["report"]["max_regret"] for run in runs)
        rows.append(
            [
                f"`{env_id.removeprefix('gym_gridworld/')}`",
                f"{runs[0]['report']['pairs']:,}",
                ", ".join(_percent_precisely(run["report"]["actions"], run["report"]["pairs"]) for run in runs),
                f"{percent(min(run['report']['success'] for run in runs))}",
                f"{regret:g}",
                f"{runs[0]['settings']['n_timesteps']:,}",
                f"{median(run['learning_seconds'] for run in runs):.0f} s",
                f"{max(run['learning_seconds'] for run in runs):.0f} s",
            ]
        )
    header = ["id", "pairs", "greedy action optimal, %, seed by seed", "target reached, %, the least"]
    return table([*header, "steps too many, the most", "environment steps", "learning, median", "the longest"], rows)


def _percent_precisely(share: float, pairs: int) -> str:
    """Rounded down, with as many digits as a single pair needs."""
    digits = max(2, len(str(pairs)) - 2)
    wrong = round((1.0 - share) * pairs)
    return "100" if not wrong else f"{math.floor(100 * share * 10**digits) / 10**digits:.{digits}f} ({wrong:,} wrong)"


def goals(result: dict[str, Any]) -> str:
    """A row for each way to learn GoalGridWorld-v0, every seed in it."""
    rows = []
    for way in dict.fromkeys(run["way"] for run in result["runs"]):
        runs = [run for run in result["runs"] if run["way"] == way]
        reports = [run["report"] for run in runs]
        played = [run["mean_return_with_epsilon"] for run in runs]
        rows.append(
            [
                f"{way} (`{runs[0]['file']}`)",
                ", ".join(percent(report["success"]) for report in reports),
                ", ".join(f"{math.ceil(10_000 * report['wrong_goal'] - 1e-6) / 100:.2f}" for report in reports),
                ", ".join(percent(max(0.0, report["mean_return"] / report["optimal_return"])) for report in reports),
                ", ".join("" if value is None else f"{value:.3f}" for value in played),
                f"{runs[0]['settings']['n_timesteps']:,}",
                f"{median(run['learning_seconds'] for run in runs) / 60:.1f} min",
                f"{max(run['learning_seconds'] for run in runs) / 60:.1f} min",
            ]
        )
    header = ["settings", "goal reached, %", "other goal touched, %", "return, % of the optimum"]
    header += ["mean return in 5,000 steps with epsilon 0.05", "environment steps", "learning, median", "the longest"]
    return table(header, rows)


NEARLY, WHOLLY = 0.99, 1.0


def first_reached(run: dict[str, Any], share: float) -> tuple[int, float] | None:
    """After how many steps and seconds a training had so many of its pairs optimal, at the first look that saw it."""
    return next(((steps, seconds) for steps, seconds, optimal in run["curve"] if optimal >= share), None)


def growth(result: dict[str, Any]) -> str:
    """A row a size, all seeds in each."""
    rows = []
    for size in sorted({run["size"] for run in result["runs"]}):
        runs = [run for run in result["runs"] if run["size"] == size]
        nearly, wholly = ([first_reached(run, share) for run in runs] for share in (NEARLY, WHOLLY))
        rows.append(
            [
                f"{size}x{size}",
                f"{runs[0]['pairs']:,}",
                ", ".join(f"{moment[0]:,} ({moment[1]:.0f} s)" if moment else "never" for moment in nearly),
                ", ".join(f"{moment[0]:,} ({moment[1]:.0f} s)" if moment else "never" for moment in wholly),
                f"{max(run['megabytes'] for run in runs):,} MB",
            ]
        )
    header = ["size", "pairs", f"steps (and seconds) to {NEARLY:.0%} of the pairs", "to every pair", "memory"]
    return table(header, rows)


def native(result: dict[str, Any]) -> str:
    """Native environments beside a DummyVecEnv: steps a second, and seconds of learning to the optimum."""
    number = result["environments"]
    rows = [
        [
            what.format(number),
            *(f"{result[key]['steps_per_second'][kind]:,} a second" for kind in ("DummyVecEnv", "native")),
            f"{result[key]['ratio']:.3g}",
            f"at least {aim}",
        ]
        for key, what, aim in (
            ("stepping", "steps of {} environments, one-hot, with episode statistics", 10),
            ("collecting", "the same, collected by PPO", 1.8),
        )
    ]
    seconds = {
        kind: [first_reached(run, WHOLLY) for run in result["runs"] if run["kind"] == kind]
        for kind in ("DummyVecEnv", "native")
    }
    medians = {kind: median(m[1] if m else math.inf for m in moments) for kind, moments in seconds.items()}
    rows.append(
        [
            f"DQN of the main job, every pair optimal, median of {len(seconds['native'])} seeds",
            *(f"after {medians[kind]:.2f} s" for kind in ("DummyVecEnv", "native")),
            f"{medians['DummyVecEnv'] / medians['native']:.3g}",
            "at least 1.2",
        ]
    )
    return table(["what", "DummyVecEnv", "native", "ratio", "aim"], rows)


def planning(result: dict[str, Any]) -> str:
    """A row a case."""
    rows = (
        [
            row["case"],
            f"{row['pairs']:,}",
            f"{1000 * row['seconds']:,.{0 if row['seconds'] > 0.1 else 1}f} ms",
            f"{row['megabytes']:,} MB",
        ]
        for row in result["rows"]
    )
    return table(["layout", "pairs", "time", "memory of the process"], rows)


def throughput(result: dict[str, Any]) -> str:
    """What was aimed at, and what was measured."""
    rows = [
        [f"steps: {row['of']} / {row['to']}", f"{row['ratio']:.3g}", f"at least {row['aim']:g}"]
        for row in result["ratios"]
    ]
    of_goals = result["steps_per_second"]["GoalGridWorld, no wrappers"]
    rows.append(["`GoalGridWorld-v0`: observations a second", f"{of_goals:,.0f}", "at least 100,000"])
    for size, frames in result["frames_per_second_512x512"].items():
        rows.append([f"`rgb_array` frames a second at 512x512, {size} cells", f"{frames:,.0f}", "at least 1,000"])
    added = f"{1000 * result['import_adds_seconds']:.1f} ms"
    rows.append(["`import gym_gridworld` adds to `import gymnasium`", added, "at most 30 ms"])
    return table(["what", "measured", "aim"], rows)


def unity(result: dict[str, Any]) -> str:
    """A row for each number of agents in the scene."""
    names = ["GoalGridWorld", "UnityEnvironment", "UnityGridWorld"]
    rows = (
        [
            str(row["agents"]),
            *(f"{row['steps_per_second'][name]:,}" for name in names),
            f"{100 * row['adapter_adds']:.1f}%",
            "under 20%",
        ]
        for row in result["rows"]
    )
    return table(["agents", *(f"{name}, steps a second" for name in names), "the adapter adds", "aim"], rows)


def gallery(manifest: dict[str, Any]) -> str:
    """A row for each shipped agent: its picture, what it reaches and what it took."""
    rows = []
    for name, entry in manifest.items():
        task, score = name.split("/")[-1].removesuffix(".zip"), entry["score"]
        if "episodes" in score:
            picture = f"gallery/{task}.gif"
            reached = f"{score['mean_return']:.1f}, mean of {score['episodes']} episodes"
        else:
            picture, reached = "goal_agent.gif", f"{percent(score['success'])}% of all placements"
            task = task.replace("-", "/", 1)
        rows.append([f"`{task}`", f"![{task}](../benchmarks/results/{picture})", reached, f"{entry['timesteps']:,}"])
    return table(["task", "the agent", "reaches", "timesteps of its training"], rows)


def steps_per_second(result: dict[str, Any]) -> str:
    """Thousand steps a second of every contestant."""
    return table(
        ["steps a second", "thousands"],
        ([name, f"{value / 1000:,.0f}"] for name, value in result["steps_per_second"].items()),
    )


def vectors(result: dict[str, Any]) -> str:
    """The best of every contestant on one core and on more, over how many environments and threads."""
    best: dict[tuple[str, int], dict[str, Any]] = {}
    for row in result["vector"]:
        if "copy limit" in row["contestant"] or row["arguments"].get("size", 5) != 5:
            continue
        key = (row["contestant"], row["cores"])
        if key not in best or row["steps_per_second"] > best[key]["steps_per_second"]:
            best[key] = row
    rows = [
        [name, str(cores), f"{row['arguments']['num_envs']:,}", f"{row['steps_per_second'] / 1e6:,.3g}"]
        for (name, cores), row in best.items()
    ]
    left_out = [[name, "", "", f"left out: {why}"] for name, why in result["vector_left_out"].items()]
    return table(["contestant", "cores", "environments, the best number", "million steps a second"], rows + left_out)


def vector_ratios(result: dict[str, Any]) -> str:
    """What was aimed at with many environments, and what was measured."""
    rows = [
        [f"steps: {row['of']} / {row['to']}", f"{row['ratio']:.3g}", f"at least {row['aim']:.3g}"]
        for row in result["vector_ratios"]
    ]
    rows.append(
        ["environments from which on it is quicker than one alone", f"{result['quicker_than_one_alone_from']}", ""]
    )
    state = result["bytes_per_environment"]["state"]
    rows.append(["bytes an environment, besides what is handed out and the spaces", f"{state:g}", "at most 64"])
    return table(["what", "measured", "aim"], rows)


def anatomy(result: dict[str, Any]) -> str:
    """Microseconds of each operation of a step."""
    return table(
        ["operation", "microseconds"],
        ([row["operation"], f"{row['microseconds']:.1f}"] for row in result["anatomy"]),
    )


def load(result: dict[str, Any]) -> str:
    """A row a load test."""
    rows = (
        [
            f"`{run['env_id'].removeprefix('gym_gridworld/')}`",
            f"{run['steps']:,}",
            f"{run['seconds_of_stepping']:.1f} s",
            f"{run['episodes_terminated'] + run['episodes_truncated']:,}",
            ", ".join(run["failed"]) or f"all, {run['times_checked']:,} times",
            f"{run['megabytes_after_a_million']:.1f} MB",
            f"{run['megabytes_at_most_afterwards']:.1f} MB",
        ]
        for run in result["runs"]
    )
    memory = ["memory after a million", "the most afterwards"]
    return table(["id", "steps", "seconds of stepping", "episodes", "invariants that held", *memory], rows)
