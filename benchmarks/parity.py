"""A million steps of every id in every autoreset mode, native and scalar, compared bit by bit.

``python benchmarks/parity.py``: what the tests do, for longer.
"""

from __future__ import annotations

import sys
import time

from common import ROOT, measured_on, write_json
from gymnasium.vector import AutoresetMode

from gym_gridworld.registration import NATIVE, ids_of

sys.path.append(str(ROOT / "tests"))
from twin_envs import assert_parity

STEPS = 1_000_000


def main() -> None:
    """Compare, and write down what was compared."""
    rows = []
    for env_id in ids_of(*NATIVE):
        for mode in AutoresetMode:
            start = time.perf_counter()
            assert_parity(env_id, mode, STEPS, num_envs=1000)
            seconds = round(time.perf_counter() - start, 1)
            rows.append({"env_id": env_id, "autoreset_mode": mode.value, "steps": STEPS, "seconds": seconds})
            print(rows[-1], flush=True)
    write_json("parity.json", {"measured_on": measured_on(), "equal_in_every_bit": rows})


if __name__ == "__main__":
    main()
