"""A GIF of a trained agent: ``python benchmarks/gif.py logs/dqn/gym_gridworld-GridWorld-v0_1``."""

from __future__ import annotations

import argparse
from pathlib import Path

from common import RESULTS, measured_on, write_json
from PIL import Image

from gym_gridworld.sb3.runs import Run, load_run

START_MS, STEP_MS, ARRIVAL_MS = 600, 250, 900


def play(run: Run, episodes: int, seed: int, pixels: int) -> tuple[list[Image.Image], list[int]]:
    """Pictures of the greedy policy from random starts, and how long each is shown."""
    pictures, milliseconds = [], []
    run.env.unwrapped.window_size = pixels
    for episode in range(episodes):
        observation, _ = run.env.reset(seed=seed if episode == 0 else None)
        moved = ended = False
        while True:
            pictures.append(Image.fromarray(run.env.render()))
            milliseconds.append(ARRIVAL_MS if ended else STEP_MS if moved else START_MS)
            if ended:
                break
            action, _ = run.model.predict(observation, deterministic=True)
            observation, _, terminated, truncated, _ = run.env.step(action)
            moved = True
            ended = terminated or truncated
    return pictures, milliseconds


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a run of the RL Zoo")
    parser.add_argument("--output", type=Path, default=RESULTS / "agent.gif")
    parser.add_argument("--episodes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pixels", type=int, default=320)
    options = parser.parse_args()
    run = load_run(options.folder, render_mode="rgb_array")
    pictures, milliseconds = play(run, options.episodes, options.seed, options.pixels)
    # One palette for all, from the picture with most colours, so that nothing flickers.
    palette = max(pictures, key=lambda picture: len(picture.getcolors(1 << 16))).quantize(128)
    first, *rest = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    first.save(options.output, save_all=True, append_images=rest, duration=milliseconds, loop=0, optimize=True)
    agent = {"algo": run.algo, "env": run.env_id, "seed": run.model.seed, "environment_steps": run.model.num_timesteps}
    shown = {"episodes": options.episodes, "seed": options.seed, "pictures": len(pictures)}
    write_json(f"{options.output.stem}.json", {"measured_on": measured_on(), "agent": agent, "shown": shown})
    print(f"{options.output}: {len(pictures)} pictures, {options.output.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
