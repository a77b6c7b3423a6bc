"""GIFs of the agents in ``agents/`` that play Gymnasium's tasks: ``python benchmarks/gallery.py``.

Of each the first of the episodes that it is evaluated in, from its start.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from common import RESULTS, ROOT, measured_on, write_json
from evaluation import FIRST_SEED
from PIL import Image

from gym_gridworld.registration import ENVIRONMENTS
from gym_gridworld.sb3.manifest import MANIFEST
from gym_gridworld.sb3.runs import Run, load_run

AGENTS, GALLERY = ROOT / "agents", RESULTS / "gallery"
WIDTH = 240
SECONDS = 8.0
# Browsers show GIFs no faster than this.
LEAST_MS = 50
END_MS = 800
COLOURS = 64


def play(run: Run) -> tuple[list[Image.Image], int, int]:
    """Pictures of one episode as far as it is shown, the time between two of them, and the episode's steps so far."""
    env = run.env
    held = env.get_wrapper_attr("num_repeats") if env.has_wrapper_attr("num_repeats") else 1
    step_ms = 1000 * held / env.metadata["render_fps"]
    every = max(1, round(LEAST_MS / step_ms))
    observation, _ = env.reset(seed=FIRST_SEED)
    pictures, steps, ended = [_small(env.render())], 0, False
    while not ended and steps * step_ms < 1000 * SECONDS:
        action, _ = run.model.predict(observation, deterministic=True)
        observation, _, terminated, truncated, _ = env.step(action.item())
        steps, ended = steps + 1, terminated or truncated
        if steps % every == 0 or ended:
            pictures.append(_small(env.render()))
    return pictures, round(every * step_ms), steps * held


def save(pictures: list[Image.Image], milliseconds: int, path: Path) -> None:
    """Write a GIF with one palette for all, so that nothing flickers."""
    shown = pictures[:: max(1, len(pictures) // 8)]
    width, height = pictures[0].size
    together = Image.new("RGB", (width, height * len(shown)))
    for row, picture in enumerate(shown):
        together.paste(picture, (0, row * height))
    palette = together.quantize(COLOURS)
    first, *rest = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [milliseconds] * len(rest) + [END_MS]
    first.save(path, save_all=True, append_images=rest, duration=durations, loop=0, optimize=True)


def _small(picture: Any) -> Image.Image:
    image = Image.fromarray(picture)
    return image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)


def main() -> None:
    """Run the command line."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    GALLERY.mkdir(parents=True, exist_ok=True)
    shown = []
    for name, entry in json.loads((AGENTS / MANIFEST).read_text()).items():
        run = load_run((AGENTS / name).parent, render_mode="rgb_array")
        if run.env_id in ENVIRONMENTS:
            run.env.close()
            continue
        pictures, milliseconds, steps = play(run)
        run.env.close()
        path = GALLERY / f"{run.env_id}.gif"
        save(pictures, milliseconds, path)
        print(f"{path}: {len(pictures)} pictures, {path.stat().st_size / 1000:.0f} kB", flush=True)
        shown.append({"env": run.env_id, "algo": run.algo, "sha256": entry["sha256"], "steps": steps})
    write_json("gallery.json", {"measured_on": measured_on(), "seed": FIRST_SEED, "shown": shown})


if __name__ == "__main__":
    main()
