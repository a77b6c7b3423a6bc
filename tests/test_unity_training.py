"""The zoo's own command line with a Unity build: a training, its interruption, and how it goes on."""

import signal
import subprocess
import sys
import time

import pytest
from stable_baselines3 import DQN
from test_zoo import ENVIRONMENT, ROOT, run
from unity_build import BASE_PORT, ENV_ID, is_free, is_running, said, write_build

NAME = "gym_gridworld-UnityGridWorld-v0"
# As long as a slow machine may take.
PATIENCE = 300


def train(build, log, *more):
    """The README's command, but for days, with a small buffer and without evaluations."""
    command = f"gym_gridworld.zoo train --algo dqn --env {ENV_ID} --num-threads 1 --seed 0 --eval-freq -1 -n 10000000"
    settings = [
        "--conf-file",
        str(ROOT / "hyperparams" / "dqn.yml"),
        "-params",
        "buffer_size:500",
        "learning_starts:30",
    ]
    env_kwargs = [f"file_name:'{build}'", f"base_port:{BASE_PORT}", f"additional_args:['-logFile', '{log}']"]
    return [*command.split(), "--save-replay-buffer", *more, *settings, "--env-kwargs", *env_kwargs]


def assert_nothing_is_left(log):
    assert not is_running(int(said(log)["pid"].split()[0]))
    assert is_free(BASE_PORT)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """A folder in which Ctrl+C ended a training."""
    pytest.importorskip("mlagents_envs", reason="the extra unity is not installed")
    folder = tmp_path_factory.mktemp("unity")
    log, command = folder / "log", train(write_build(folder), folder / "log")
    training = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
        # What a shell starts in the background, these tests as well, ignores it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    deadline = time.monotonic() + PATIENCE
    while not log.exists() or "steps" not in said(log):
        assert training.poll() is None, training.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    training.send_signal(signal.SIGINT)
    _, errors = training.communicate(timeout=PATIENCE)
    assert training.returncode == 0, errors
    assert_nothing_is_left(log)
    return folder


@pytest.fixture
def run_folder(interrupted):
    return interrupted / "logs" / "dqn" / f"{NAME}_1"


def test_ctrl_c_leaves_the_agent_and_what_it_was_trained_with(run_folder):
    model = DQN.load(run_folder / f"{NAME}.zip", buffer_size=1)
    # The build counts a step when it gets the action, the agent when the answer is there.
    assert model.num_timesteps >= 19
    assert model.observation_space.shape == (6, 64, 84)
    assert (run_folder / "replay_buffer.pkl").is_file()
    assert "GoalChannels" in (run_folder / NAME / "config.yml").read_text()


def test_it_goes_on_until_the_build_dies_which_costs_no_checkpoint(run_folder, tmp_path):
    build = write_build(tmp_path, "--misbehave", "dies", "--at", "95")
    command = train(build, tmp_path / "log", "--save-freq", "40", "-i", str(run_folder / f"{NAME}.zip"))
    ended = run(*command, cwd=tmp_path, check=False)
    assert "Loading pretrained agent" in ended.stdout
    assert "Loading replay buffer" in ended.stdout
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "Environment shut down with return code -9 (SIGKILL)" in ended.stderr
    assert_nothing_is_left(tmp_path / "log")
    checkpoints = sorted(path.name for path in tmp_path.rglob("rl_model_*.zip"))
    assert checkpoints == ["rl_model_40_steps.zip", "rl_model_80_steps.zip"]
    (last,) = tmp_path.rglob("rl_model_80_steps.zip")
    assert DQN.load(last, buffer_size=1).num_timesteps == 80


def test_watching(interrupted):
    log = interrupted / "log"
    assert said(log)["time_scale"] == "12"
    command = f"gym_gridworld.zoo enjoy --algo dqn --env {ENV_ID} -f logs -n 20 --env-kwargs time_scale:1"
    ended = run(*command.split(), cwd=interrupted)
    assert f"{NAME}_1" in ended.stdout
    assert said(log)["time_scale"] == "1"
    assert_nothing_is_left(log)


def test_a_wrong_path_is_answered_in_one_line(tmp_path):
    pytest.importorskip("mlagents_envs", reason="the extra unity is not installed")
    ended = run(*train(tmp_path / "nothing", tmp_path / "log"), cwd=tmp_path, check=False)
    assert ended.returncode == 2
    (line,) = ended.stderr.strip().splitlines()
    assert f"error: no Unity build at {tmp_path / 'nothing'}" in line
