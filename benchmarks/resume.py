"""Many runs, some at a time: stopped, they go on where they were."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from common import RESULTS, measured_on, read_json, write_json

Run = dict[str, Any]


@dataclass(frozen=True)
class Runs:
    """The runs of a benchmark, and the file that their results are in.

    Attributes:
        name: The file, in ``results/``.
        wanted: What tells one run from another: its settings, its seed. Runs in the file that are none of these, as
            their settings are not today's, do not count.
        train: Does one run, and returns it with its results added.
        says: A line about a run that is done.
    """

    name: str
    wanted: list[Run]
    train: Callable[[Run], Run]
    says: Callable[[Run], str]

    def complete(self, jobs: int, only: Callable[[Run], bool] = lambda _: True) -> tuple[dict[str, Any], int]:
        """Run what the file lacks, and write it after each.

        Args:
            jobs: Runs side by side; 0 to run nothing.
            only: Which of the wanted are to be run now.

        Returns:
            The content of the file, its ``"runs"`` in the order of ``wanted``, and how many runs failed.
        """
        result = read_json(self.name) if (RESULTS / self.name).exists() else {"runs": []}
        done = result["runs"] = [run for run in result["runs"] if self._identity(run) in self.wanted]
        have = [self._identity(run) for run in done]
        missing = [run for run in self.wanted if run not in have and only(run)] if jobs else []
        failed = 0
        with ThreadPoolExecutor(max(jobs, 1)) as pool:
            futures = {pool.submit(self.train, run): run for run in missing}
            try:
                for number, future in enumerate(as_completed(futures), 1):
                    count = f"{number}/{len(missing)}"
                    if error := future.exception():
                        failed += 1
                        print(f"{count}: {futures[future]}: {error}", file=sys.stderr, flush=True)
                        continue
                    done.append({**future.result(), "processor": measured_on()["processor"]})
                    print(f"{count}: {self.says(done[-1])}", flush=True)
                    done.sort(key=lambda run: self.wanted.index(self._identity(run)))
                    # Stopped, it may have gone on elsewhere.
                    processors = " and ".join(sorted({run["processor"] for run in done}))
                    result["measured_on"] = {**measured_on(), "processor": processors}
                    write_json(self.name, result)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        if failed:
            print(f"{failed} of {len(missing)} runs failed; run this again to try them again", file=sys.stderr)
        return result, failed

    def _identity(self, run: Run) -> Run:
        return {key: run.get(key) for key in self.wanted[0]}
