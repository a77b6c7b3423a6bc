"""What the tests share: no display, and every id with every observation wrapper, from the package's own tables."""

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import gymnasium as gym
import pygame
import pytest
from unity_build import write_build

from gym_gridworld import wrappers
from gym_gridworld.registration import GRID_WORLD, NATIVE, folder_name, ids_of

ENV_ID = "gym_gridworld/GridWorld-v0"
GOAL_ID = "gym_gridworld/GoalGridWorld-v0"

WRAPPERS = {
    "FlattenObservation": (wrappers.FlattenObservation, {}),
    "one-hot cell": (wrappers.OneHotObservation, {"encoding": "cell"}),
    "one-hot cell+": (wrappers.OneHotObservation, {"encoding": "cell", "coordinates": True}),
    "one-hot axis": (wrappers.OneHotObservation, {"encoding": "axis"}),
    "one-hot axis+": (wrappers.OneHotObservation, {"encoding": "axis", "coordinates": True}),
    "ScaledCoordinates": (wrappers.ScaledCoordinates, {}),
    "RelativePosition": (wrappers.RelativePosition, {}),
}


@pytest.fixture(params=ids_of(*NATIVE))
def env_id(request):
    return request.param


@pytest.fixture(params=ids_of(GRID_WORLD))
def grid_world_id(request):
    return request.param


@pytest.fixture(params=WRAPPERS)
def wrap(request):
    wrapper, arguments = WRAPPERS[request.param]
    return lambda env: wrapper(env, **arguments)


@pytest.fixture
def make():
    """``gym.make`` of GridWorld-v0, closing what it made."""
    made = []

    def make_env(env_id=ENV_ID, **arguments):
        made.append(gym.make(env_id, **arguments))
        return made[-1]

    yield make_env
    for env in made:
        env.close()


@pytest.fixture
def unity_build(tmp_path):
    """Writes an executable that plays as a Unity build does, with arguments of ``unity_peer``."""
    pytest.importorskip("mlagents_envs", reason="the extra unity is not installed")
    return lambda *arguments: write_build(tmp_path, *arguments)


@pytest.fixture
def asked_fps(monkeypatch):
    """Windows do not wait; the list holds the rate that each picture asked for."""
    asked = []

    class Clock:
        def tick(self, fps):
            asked.append(fps)

    monkeypatch.setattr(pygame.time, "Clock", Clock)
    return asked


@pytest.fixture
def write_run(tmp_path):
    """Writes a run's folder as the zoo does: the episodes of each environment as (return, length)."""

    def write(number, *environments, env_id=ENV_ID, algo="dqn", kwargs="null", optimality=None):
        folder = tmp_path / f"run_{number}"
        settings = folder / folder_name(env_id)
        settings.mkdir(parents=True)
        (settings / "config.yml").write_text("{}")
        (settings / "args.yml").write_text(f"algo: {algo}\nenv: {env_id}\nenv_kwargs: {kwargs}\n")
        for index, episodes in enumerate(environments):
            lines = [f"{gained},{length},{time}.5" for time, (gained, length) in enumerate(episodes)]
            header = f'#{{"t_start": 1.0, "env_id": "{env_id}"}}'
            (folder / f"{index}.monitor.csv").write_text("\n".join([header, "r,l,t", *lines, ""]))
        if optimality is not None:
            rows = [f"{steps},{share},0.5,nan," for steps, share in optimality]
            head = "environment_steps,actions,success,mean_regret,q_error"
            (folder / "optimality.csv").write_text("\n".join([head, *rows, ""]))
        return folder

    return write
