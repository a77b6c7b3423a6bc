"""What Stable-Baselines3's ``Monitor`` does at the end of an episode, for many environments."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from stable_baselines3.common.monitor import Monitor, ResultsWriter
from stable_baselines3.common.vec_env import DummyVecEnv


class Monitors:
    """The place of a ``Monitor`` around each of many environments.

    Args:
        start: When the trainings's clock started, in seconds since the epoch; by default now.
        writers: The file of each environment; none if nothing is to be written.
        info_keywords: What else of the last info goes into the files.
    """

    def __init__(
        self, start: float | None = None, writers: Sequence[ResultsWriter] = (), info_keywords: Sequence[str] = ()
    ) -> None:
        self.start = time.time() if start is None else start
        self.writers, self.info_keywords = tuple(writers), tuple(info_keywords)

    @classmethod
    def of(cls, vec_env: DummyVecEnv) -> Monitors:
        """Those of an environment that is about to be replaced, with their open files."""
        if not vec_env.env_is_wrapped(Monitor, indices=0)[0]:
            return cls()
        writers = [writer for writer in vec_env.get_attr("results_writer") if writer is not None]
        return cls(vec_env.get_attr("t_start", 0)[0], writers, vec_env.get_attr("info_keywords", 0)[0])

    def record(self, index: int, gained: float, length: int, info: dict[str, Any]) -> dict[str, Any]:
        """Write an episode down.

        Args:
            index: Of the environment.
            gained: The sum of the rewards.
            length: Steps.
            info: The last of the episode.

        Returns:
            What ``info["episode"]`` should be.
        """
        episode = {"r": round(gained, 6), "l": length, "t": round(time.time() - self.start, 6)}
        episode |= {key: info[key] for key in self.info_keywords}
        if self.writers:
            self.writers[index].write_row(episode)
        return episode

    def close(self) -> None:
        """Close the files."""
        for writer in self.writers:
            writer.close()
