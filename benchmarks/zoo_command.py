"""The zoo's own command, as the benchmarks run it, and what it takes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from common import ROOT

ENV_ID = "gym_gridworld/GridWorld-v0"
HYPERPARAMS = ROOT / "hyperparams" / "dqn.yml"
WATCH_SECONDS = 30.0


class Used(NamedTuple):
    """What a whole command took, and the most memory that it held at a time."""

    seconds: float
    megabytes: float


def zoo_train(  # noqa: PLR0913 (what the command takes)
    conf_file: Path,
    log_folder: Path,
    seed: int,
    *arguments: str,
    env_id: str = ENV_ID,
    algo: str = "dqn",
    watch: Callable[[], None] = lambda: None,
) -> Used:
    """Train with the zoo's command line on one thread; ``watch`` is called every half minute."""
    command = [sys.executable, "-m", "rl_zoo3.train", "--algo", algo, "--env", env_id]
    command += ["--gym-packages", "gym_gridworld", "--conf-file", str(conf_file), "-f", str(log_folder)]
    command += ["--seed", str(seed), "--num-threads", "1", *arguments]
    search = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryFile("w+") as printed:
        start = time.perf_counter()
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": search}
        process = subprocess.Popen(command, env=environment, stdout=printed, stderr=subprocess.STDOUT)
        kilobytes, watched = 0, start
        while process.poll() is None:
            if time.perf_counter() - watched > WATCH_SECONDS:
                watched = time.perf_counter()
                watch()
            # wait4() would count what this process held when it started the other.
            kilobytes = max(kilobytes, _most_memory(process.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - start
        if process.returncode:
            printed.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed:\n{printed.read()[-3000:]}")
    return Used(seconds, kilobytes / 1024)


def _most_memory(pid: int) -> int:
    """The most kilobytes that a process has held so far; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    peaks = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")]
    return peaks[0] if peaks else 0
