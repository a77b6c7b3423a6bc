"""Many runs, some at a time: stopped, they go on where they were."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
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
        done = result["runs"] = self.of_today(result["runs"])
        failed = 0
        for run in self.missing(done, jobs, only):
            if run is None:
                failed += 1
                continue
            done.append({**run, "processor": measured_on()["processor"]})
            done.sort(key=lambda run: self.wanted.index(self.identity(run)))
            # Stopped, it may have gone on elsewhere.
            processors = " and ".join(sorted({run["processor"] for run in done}))
            result["measured_on"] = {**measured_on(), "processor": processors}
            write_json(self.name, result)
        return result, failed

    def missing(self, done: list[Run], jobs: int, only: Callable[[Run], bool]) -> Iterator[Run | None]:
        """Run what is not done yet, and give each run when it has ended; None for one that failed."""
        have = [self.identity(run) for run in done]
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
                        yield None
                        continue
                    print(f"{count}: {self.says(future.result())}", flush=True)
                    yield future.result()
            except KeyboardInterrupt:
                sys.exit("interrupted; run this again to go on")
            finally:
                pool.shutdown(cancel_futures=True)
        if failed:
            print(f"{failed} of {len(missing)} runs failed; run this again to try them again", file=sys.stderr)

    def of_today(self, runs: list[Run]) -> list[Run]:
        """Those of some runs that are wanted, in that order."""
        identities = [self.identity(run) for run in runs]
        return [runs[identities.index(run)] for run in self.wanted if run in identities]

    def identity(self, run: Run) -> Run:
        """What tells a run from others."""
        return {key: run.get(key) for key in self.wanted[0]}


@dataclass(frozen=True)
class RunFiles(Runs):
    """The same with a file for each run, in a folder.

    Attributes:
        name: The folder, in ``results/``.
        file_name: The name of a run's file, without its ending.
    """

    file_name: Callable[[Run], str]

    def complete(self, jobs: int, only: Callable[[Run], bool] = lambda _: True) -> tuple[dict[str, Any], int]:
        """As for one file; runs of other settings than today's are overwritten, and until then do not count."""
        failed = 0
        for run in self.missing(self._read(), jobs, only):
            if run is None:
                failed += 1
            else:
                write_json(f"{self.name}/{self.file_name(run)}.json", run)
        return {"runs": self._read()}, failed

    def _read(self) -> list[Run]:
        return self.of_today([read_json(f"{self.name}/{path.name}") for path in (RESULTS / self.name).glob("*.json")])
