"""The agents that are shipped: as the manifest says, in the zoo's layout, and as good as they are said to be."""

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from statistics import mean

import pytest
from common import RESULTS
from evaluation import returns_of
from rl_zoo3.enjoy import enjoy

from gym_gridworld.optimality import evaluate
from gym_gridworld.sb3.manifest import MANIFEST, check_manifest, checksum
from gym_gridworld.sb3.runs import load_run

ROOT = Path(__file__).parents[1]
AGENTS = ROOT / "agents"
SHIPPED = json.loads((AGENTS / MANIFEST).read_text())
GOAL = "dqn/gym_gridworld-GoalGridWorld-v0_1/gym_gridworld-GoalGridWorld-v0.zip"
# The least that each must reach: of GoalGridWorld over all placements, of the others in the mean of so many of the
# episodes that it was evaluated in.
GOAL_BOUNDS = {"success": 0.995, "return": 0.99}
EPISODES_AND_BOUNDS = {
    "dqn/Acrobot-v1_1/Acrobot-v1.zip": (10, -80.0),
    "dqn/BipedalWalker-v3_1/BipedalWalker-v3.zip": (6, 250.0),
    "dqn/CarRacing-v3_1/CarRacing-v3.zip": (1, 500.0),
    "dqn/CartPole-v1_1/CartPole-v1.zip": (3, 500.0),
    "dqn/LunarLander-v3_1/LunarLander-v3.zip": (5, 220.0),
    "dqn/MountainCar-v0_1/MountainCar-v0.zip": (10, -105.0),
    "dqn/MountainCarContinuous-v0_1/MountainCarContinuous-v0.zip": (20, 95.0),
    "dqn/Pendulum-v1_1/Pendulum-v1.zip": (20, -165.0),
}


def test_the_manifest_lists_all_there_is():
    assert sorted(SHIPPED) == sorted(path.relative_to(AGENTS).as_posix() for path in AGENTS.rglob("*.zip"))
    assert {GOAL, *EPISODES_AND_BOUNDS} == set(SHIPPED)
    assert sum(path.stat().st_size for path in AGENTS.rglob("*")) < 40e6


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_is_what_the_manifest_says(name):
    check_manifest(AGENTS / name)
    entry = SHIPPED[name]
    assert entry["sha256"] == checksum(AGENTS / name)
    assert f"--seed {entry['seed']} " in entry["command"]
    # No optimizer's moments, no observations, and no code or path of the machine it was trained on.
    with zipfile.ZipFile(AGENTS / name) as archive:
        assert len(archive.read("policy.optimizer.pth")) < 5000
        data = json.loads(archive.read("data"))
    objects = [value for value in data.values() if isinstance(value, dict) and ":serialized:" in value]
    serialized = [base64.b64decode(value[":serialized:"]) for value in objects]
    assert sum(map(len, serialized)) < 200_000
    for path in (str(Path.home()), str(ROOT), "site-packages"):
        assert not any(path.encode() in value for value in serialized)


def test_the_agent_of_goal_grid_world_is_as_good_as_it_is_said_to_be():
    run = load_run((AGENTS / GOAL).parent)
    report = evaluate(run.model, run.env)
    assert report.success >= GOAL_BOUNDS["success"]
    assert report.wrong_goal < 0.002
    assert report.return_share >= GOAL_BOUNDS["return"]
    for key, value in SHIPPED[GOAL]["score"].items():
        assert report.figures[key] == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize("name", EPISODES_AND_BOUNDS)
def test_each_is_as_good_as_it_is_said_to_be(name):
    episodes, bound = EPISODES_AND_BOUNDS[name]
    assert mean(returns_of((AGENTS / name).parent, episodes)) >= bound
    assert SHIPPED[name]["score"]["mean_return"] >= bound


@pytest.mark.parametrize("name", SHIPPED)
def test_the_zoo_plays_it_at_once(name, monkeypatch, capsys):
    algo, env_id = name.split("/")[0], load_run((AGENTS / name).parent).env_id
    arguments = ["--algo", algo, "--env", env_id, "-f", str(AGENTS), "--no-render", "-n", "100", "--device", "cpu"]
    monkeypatch.setattr(sys, "argv", ["enjoy", *arguments])
    enjoy()
    assert f"Loading {AGENTS / name}" in capsys.readouterr().out


def test_the_zoo_plays_as_well_from_the_command_line():
    command = [sys.executable, "-m", "rl_zoo3.enjoy", "--algo", "dqn", "--env", load_run((AGENTS / GOAL).parent).env_id]
    command += ["-f", str(AGENTS), "--gym-packages", "gym_gridworld", "--no-render", "-n", "200", "--device", "cpu"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "Mean reward: 0.9" in ended.stdout


def test_the_gallery_shows_what_is_shipped():
    shown = {entry["env"]: entry["sha256"] for entry in json.loads((RESULTS / "gallery.json").read_text())["shown"]}
    assert shown == {Path(name).stem: SHIPPED[name]["sha256"] for name in EPISODES_AND_BOUNDS}
    assert {path.stem for path in (RESULTS / "gallery").iterdir()} == set(shown)


def copy_of(name, folder):
    run = (AGENTS / name).parent
    copied = folder / "agents" / run.relative_to(AGENTS)
    shutil.copytree(run, copied)
    shutil.copy(AGENTS / MANIFEST, folder / "agents")
    return copied


def test_another_file_is_refused(tmp_path):
    name = next(iter(SHIPPED))
    folder = copy_of(name, tmp_path)
    model = folder / Path(name).name
    model.write_bytes(model.read_bytes() + b" ")
    with pytest.raises(ValueError, match=r"is not the file that .* lists: its SHA-256 is [0-9a-f]{64}, not"):
        load_run(folder)
    command = [sys.executable, "-m", "gym_gridworld", "optimality", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) != (0, "")
    assert "is not the file that" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("content", ["{}", "[]", "no JSON", '{"dqn": 1}'])
def test_a_manifest_that_does_not_list_it_is_an_error(tmp_path, content):
    folder = copy_of(next(iter(SHIPPED)), tmp_path)
    (tmp_path / "agents" / MANIFEST).write_text(content)
    with pytest.raises(ValueError, match="does not say what"):
        load_run(folder)
