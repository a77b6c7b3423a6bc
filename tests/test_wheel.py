"""The wheel, in an empty environment outside the repository, without the extra ``train``.

On every Python there is here, and with the oldest Gymnasium that we support.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import digest
import pytest

ROOT = Path(__file__).parents[1]

PROGRAM = """
import importlib.util, sys
import gymnasium as gym
import gym_gridworld
assert "site-packages" in gym_gridworld.__file__, gym_gridworld.__file__
env = gym.make("gym_gridworld/GridWorld-v0", render_mode="rgb_array")
env.reset(seed=0)
env.step(env.action_space.sample())
assert env.render().shape == (512, 512, 3)
from gym_gridworld import hyperparams, wrappers
assert wrappers.OneHotObservation(env).reset()[0].shape == (50,)
from gym_gridworld.wrappers import vector
envs = vector.OneHotObservation(gym.make_vec("gym_gridworld/GridWorld-v0", num_envs=3))
assert envs.reset(seed=0)[0].shape == envs.step(envs.action_space.sample())[0].shape == (3, 50)
assert importlib.util.find_spec("torch") is importlib.util.find_spec("stable_baselines3") is None
env = gym.make("gym_gridworld/GridWorld-v0", render_mode="human")
env.reset(seed=0)
env.step(0)
env.close()
print(gym.__version__)
"""


def interpreters():
    """Every Python from 3.10 to 3.13 that runs here, by version; pyenv keeps those that are not on the path."""
    found = {}
    for minor in range(10, 14):
        name = f"python3.{minor}"
        shim = shutil.which(name)
        beside = sorted(Path(shim).parents[1].glob(f"versions/3.{minor}.*/bin/{name}")) if shim else []
        for python in [shim, *beside]:
            if python and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
                found[f"3.{minor}"] = str(python)
                break
    return found


def environments():
    """(Python, Gymnasium): the newest Gymnasium on every Python, the oldest on the one that runs this."""
    this = f"3.{sys.version_info.minor}"
    return [*((version, ">=1.4") for version in {**interpreters(), this: sys.executable}), (this, "==1.2.2")]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # Without isolation: hatchling is installed with the tests' extra.
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.mark.parametrize(("version", "gymnasium"), environments())
def test_wheel(wheel, tmp_path, version, gymnasium):
    python = interpreters().get(version, sys.executable)
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [python, "-m", "pip", "install", "--quiet", wheel, f"gymnasium[classic-control]{gymnasium}"]
    subprocess.run(install, check=True)

    def run(*arguments):
        command = [python, *arguments]
        environment = {**os.environ, "PYTHONPATH": "", "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
        ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    assert run("-W", "error", "-c", PROGRAM).startswith(gymnasium.strip(">="))
    assert run("-W", "error", digest.__file__) == " ".join(digest.EXPECTED.values())
    (folder,) = (tmp_path / "venv").rglob("site-packages/gym_gridworld/hyperparams")
    for path in (ROOT / "hyperparams").glob("*.yml"):
        assert (folder / path.name).read_bytes() == path.read_bytes()
