"""The benchmark of Gymnasium's tasks: what it evaluates, what it trains again, and what it says."""

import dataclasses
import sys

import gymnasium as gym
import learning
import learning_tables
import numpy as np
import pytest
import resume
import yaml
from evaluation import FIRST_SEED, main, returns_of
from hypothesis import given, settings
from hypothesis import strategies as st
from rl_zoo3.utils import get_wrapper_class
from scipy.stats import trim_mean
from stable_baselines3 import DQN
from stable_baselines3.common.save_util import load_from_pkl
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize
from zoo_command import zoo_train

from gym_gridworld.sb3.runs import load_run

HYPERPARAMS = yaml.safe_load(learning.HYPERPARAMS.read_text())

# The most that an untrained agent may seem to reach.
UNTRAINED = {
    "CartPole-v1": 250.0,
    "MountainCar-v0": -200.0,
    "Acrobot-v1": -300.0,
    "LunarLander-v3": 0.0,
    "CarRacing-v3": 50.0,
    "Pendulum-v1": -700.0,
    "MountainCarContinuous-v0": 0.0,
    "BipedalWalker-v3": 0.0,
}


@pytest.fixture
def save_run(tmp_path):
    """Writes what the zoo's training writes, with a model that has not learned anything."""

    def save(task, settings, *, seed=0, steps=0):
        folder = tmp_path / "dqn" / f"{task}_1"
        (folder / task).mkdir(parents=True, exist_ok=True)
        (folder / task / "config.yml").write_text(yaml.safe_dump(settings))
        arguments = {"algo": "dqn", "env": task, "env_kwargs": None, "seed": seed}
        (folder / task / "args.yml").write_text(yaml.safe_dump(arguments))
        env = gym.make(task, **settings.get("env_kwargs", {}))
        wrap = get_wrapper_class(dict(settings))
        model = DQN(settings["policy"], wrap(env) if wrap else env, buffer_size=1, seed=seed)
        model.num_timesteps = steps
        model.save(folder / f"{task}.zip")
        env.close()
        return folder

    return save


def test_every_task_is_looked_at():
    assert set(UNTRAINED) == set(learning.TASKS)


@pytest.mark.parametrize("task", UNTRAINED)
def test_an_untrained_agent_scores_badly(save_run, task):
    episodes = 1 if task == "CarRacing-v3" else 3
    returns = returns_of(save_run(task, HYPERPARAMS[task]), episodes)
    assert len(returns) == episodes
    assert np.mean(returns) <= UNTRAINED[task] < learning.TASKS[task]["aim"]


def test_returns_are_those_of_the_episodes_with_these_seeds(save_run):
    env = gym.make("Pendulum-v1")
    wrappers = [
        {"gymnasium.wrappers.DiscretizeAction": {"bins": 3}},
        {"gymnasium.wrappers.RepeatAction": {"num_repeats": 2}},
    ]
    folder = save_run("Pendulum-v1", {"policy": "MlpPolicy", "env_wrapper": wrappers})
    model = DQN.load(folder / "Pendulum-v1.zip", buffer_size=1)
    expected = []
    for episode in range(3):
        observation, _ = env.reset(seed=FIRST_SEED + episode)
        gained = 0.0
        for _ in range(100):
            action = model.predict(observation, deterministic=True)[0].item()
            torque = np.array([(-4 / 3, 0.0, 4 / 3)[action]], np.float32)
            for _ in range(2):
                observation, reward, _, ended, _ = env.step(torque)
                gained += reward
        assert ended
        expected.append(gained)
    assert returns_of(folder, 3) == pytest.approx(expected, abs=1e-3)


def test_the_mean_return_of_any_run_by_a_command(save_run, monkeypatch, capsys, tmp_path):
    folder = save_run("CartPole-v1", HYPERPARAMS["CartPole-v1"])
    returns = returns_of(folder)
    monkeypatch.setattr(sys, "argv", ["evaluation.py", str(folder)])
    main()
    assert capsys.readouterr().out.startswith(f"{np.mean(returns):.1f}, mean of 100 episodes, from ")
    monkeypatch.setattr(sys, "argv", ["evaluation.py", str(tmp_path / "nowhere")])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "no trained agent in" in capsys.readouterr().err


def test_a_training_that_went_to_its_end_is_not_done_again(save_run, tmp_path):
    settings = {"policy": "MlpPolicy", "n_timesteps": 100}
    run = {"task": "CartPole-v1", "algo": "dqn", "seed": 3, "settings": settings}
    assert learning.trained(run, tmp_path) is None
    folder = save_run("CartPole-v1", settings, seed=3, steps=100)
    assert learning.trained(run, tmp_path) == folder
    assert learning.trained({**run, "seed": 4}, tmp_path) is None
    assert learning.trained({**run, "settings": {**settings, "gamma": 0.9}}, tmp_path) is None
    # Ctrl+C makes the zoo save what there is.
    save_run("CartPole-v1", settings, seed=3, steps=99)
    assert learning.trained(run, tmp_path) is None


def test_rewards_of_a_tenth_are_for_the_training_alone(tmp_path):
    task = "BipedalWalker-v3"
    settings = {**HYPERPARAMS[task], "n_envs": 1, "n_timesteps": 1200, "learning_starts": 1000}
    conf = tmp_path / "dqn.yml"
    conf.write_text(yaml.safe_dump({task: settings}))
    zoo_train(conf, tmp_path, 0, "--eval-freq", "-1", "--save-replay-buffer", env_id=task)
    run = {"task": task, "algo": "dqn", "seed": 0, "settings": settings}
    folder = learning.trained(run, tmp_path)
    assert folder == tmp_path / "dqn" / f"{task}_1"
    other = {**settings["normalize"], "epsilon": 8.0}
    assert learning.trained({**run, "settings": {**settings, "normalize": other}}, tmp_path) is None

    envs = VecNormalize.load(folder / task / "vecnormalize.pkl", DummyVecEnv([lambda: gym.make(task)]))
    buffer = load_from_pkl(folder / "replay_buffer.pkl")
    scaled, plain = (buffer._get_samples(np.arange(buffer.pos), env=one).rewards.numpy() for one in (envs, None))
    assert np.abs(plain).max() >= 100
    assert scaled == pytest.approx(plain / 10, abs=1e-6)

    # What is evaluated has the environment's own rewards.
    env = load_run(folder).env
    env.reset(seed=0)
    twin = gym.make(task)
    twin.reset(seed=0)
    for _ in range(10):
        held = [twin.step(np.full(4, -1.0, np.float32))[1] for _ in range(2)]
        assert env.step(0)[1] == pytest.approx(sum(held))


def test_an_agent_that_saw_normalized_observations_is_refused(save_run):
    task = "CartPole-v1"
    folder = save_run(task, {"policy": "MlpPolicy", "normalize": {"norm_obs": True}})
    VecNormalize(DummyVecEnv([lambda: gym.make(task)])).save(folder / task / "vecnormalize.pkl")
    with pytest.raises(TypeError, match="was trained behind VecNormalize, which is not supported here"):
        load_run(folder)


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Runs in a folder of their own, of which those in ``fails`` fail; ``tried`` says which were tried."""
    import common

    monkeypatch.setattr(common, "RESULTS", tmp_path)
    monkeypatch.setattr(resume, "RESULTS", tmp_path)
    fails, tried = set(), []

    def train(run):
        tried.append(run["seed"])
        if run["seed"] in fails:
            raise RuntimeError("no luck")
        return {**run, "returns": [float(run["seed"])]}

    def of(wanted):
        return resume.RunFiles("these", wanted, train, lambda run: f"seed {run['seed']}", lambda run: str(run["seed"]))

    return of, fails, tried


def test_a_run_that_fails_is_reported_and_the_rest_goes_on(runs, capsys):
    of, fails, tried = runs
    wanted = [{"seed": seed, "settings": {}} for seed in range(4)]
    fails.add(1)
    result, failed = of(wanted).complete(2)
    assert ([run["seed"] for run in result["runs"]], failed) == ([0, 2, 3], 1)
    assert "'seed': 1" in capsys.readouterr().err
    # Once more, it runs only what is missing; with other settings, all.
    fails.clear()
    tried.clear()
    result, failed = of(wanted).complete(2)
    assert (tried, failed) == ([1], 0)
    assert [run["returns"] for run in result["runs"]] == [[0.0], [1.0], [2.0], [3.0]]
    changed = [{"seed": 2, "settings": {"gamma": 0.9}}]
    assert of(changed).complete(0) == ({"runs": []}, 0)
    result, _ = of(changed).complete(1)
    assert result["runs"][0]["settings"] == {"gamma": 0.9}


def test_a_run_that_is_interrupted_costs_no_other(runs):
    of, _, tried = runs
    wanted = [{"seed": seed, "settings": {}} for seed in range(3)]

    def interrupted(run):
        if run["seed"] == 1:
            raise KeyboardInterrupt
        return ""

    with pytest.raises(SystemExit, match="interrupted; run this again to go on"):
        dataclasses.replace(of(wanted), says=interrupted).complete(1)
    tried.clear()
    of(wanted).complete(1)
    assert tried == [1, 2]


def test_a_task_that_there_is_not_is_an_error(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["learning.py", "--jobs", "0", "--tasks", "Cartpole"])
    with pytest.raises(SystemExit, match="2"):
        learning.main()
    assert "no task is called Cartpole: there are CartPole-v1, MountainCar-v0" in capsys.readouterr().err


EPISODES = st.lists(st.tuples(st.integers(1, 500), st.floats(-500, 500)), min_size=1, max_size=300)


@given(EPISODES)
def test_the_curve_leaves_no_episode_out(episodes):
    lengths, returns = map(np.array, zip(*episodes, strict=True))
    points = learning.curve(lengths, returns, np.arange(len(episodes)) / 2)
    assert len(points) == min(len(episodes), learning.POINTS)
    steps, seconds, _ = np.array(points).T
    assert (np.diff(steps) > 0).all()
    assert (steps[-1], seconds[-1]) == (lengths.sum(), round((len(episodes) - 1) / 2, 1))
    if len(episodes) <= learning.POINTS:
        assert [point[2] for point in points] == pytest.approx(returns, abs=0.006)


@settings(deadline=None, max_examples=10)
@given(st.lists(st.floats(-500, 500), min_size=2, max_size=8))
def test_interquartile_mean(values):
    middle, low, high = learning_tables.interquartile_mean(values)
    assert middle == pytest.approx(trim_mean(values, 0.25))
    assert min(values) - 1e-6 <= low <= high <= max(values) + 1e-6
    # As a table must be that is made again; and nobody else's random numbers are touched.
    np.random.seed(7)  # noqa: NPY002
    expected = np.random.random(3)  # noqa: NPY002
    np.random.seed(7)  # noqa: NPY002
    assert learning_tables.interquartile_mean(values) == (middle, low, high)
    assert np.random.random(3).tolist() == expected.tolist()  # noqa: NPY002


def test_every_seed_is_in_the_table():
    returns = {0: [1.0, 3.0], 1: [10.0, 12.0]}
    cost = {"environment_steps": 1234, "gradient_steps": 5678, "learning_seconds": 90.0}
    runs = [{"task": "CartPole-v1", "way": "ours", "seed": seed, "returns": of, **cost} for seed, of in returns.items()]
    runs.append({"task": "CartPole-v1", "way": "another", "seed": 0, "returns": [7.0], **cost})
    table = learning_tables.learning(runs, learning.TASKS)
    assert "| 2.0, 11.0 | **6.5** | 6.5 (2.0 to 11.0) | 500 | zoo, DQN: 500, CleanRL, DQN: 488.7 |" in table
    assert "| 1,234 | 5,678 | 1.5 min |" in table
    assert "another" not in table
    ours, another = learning_tables.compared(runs).splitlines()[2:]
    assert "| ours | 2.0, 11.0 |" in ours
    assert "| another | 7.0 | **7.0** |" in another
