"""The callback: what it logs, when it stops, and that the training does not feel it."""

import csv
import math

import gymnasium as gym
import numpy as np
import pytest
from conftest import ENV_ID
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.logger import configure
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecMonitor, VecNormalize
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from gym_gridworld.optimality import evaluate
from gym_gridworld.sb3.callbacks import OptimalityCallback
from gym_gridworld.wrappers import OneHotObservation

FIGURES = ["actions", "success", "mean_regret", "q_error"]


SETTINGS = {
    "learning_starts": 64,
    "gamma": 0.8,
    "learning_rate": 0.005,
    "buffer_size": 2000,
    "train_freq": 1,
    "target_update_interval": 200,
    "exploration_final_eps": 0.5,
}


@pytest.fixture
def model_in():
    """A model that learns a 3x3 grid, its monitor files and logs in a folder; closed at the end."""
    made = []

    def make_model(folder, algorithm=DQN, vec_env_cls=DummyVecEnv, wrap_vec=lambda vec_env: vec_env, **arguments):
        env = make_vec_env(
            ENV_ID,
            4,
            seed=0,
            wrapper_class=OneHotObservation,
            monitor_dir=str(folder),
            vec_env_cls=vec_env_cls,
            env_kwargs={"size": 3},
        )
        settings = {**(SETTINGS if algorithm is DQN else {}), **arguments}
        model = algorithm("MlpPolicy", wrap_vec(env), seed=0, device="cpu", **settings)
        model.set_logger(configure(str(folder), ["csv", "tensorboard"]))
        made.append(model)
        return model

    yield make_model
    for model in made:
        model.env.close()
        model.logger.close()


def rows(path):
    with path.open() as file:
        return [{key: float(value) for key, value in row.items() if value} for row in csv.DictReader(file)]


@pytest.mark.parametrize("algorithm", [DQN, PPO])
def test_the_training_does_not_feel_it(tmp_path, model_in, algorithm):
    arguments = {"n_steps": 64} if algorithm is PPO else {}
    plain = model_in(tmp_path / "plain", algorithm=algorithm, **arguments).learn(600)
    watched = model_in(tmp_path / "watched", algorithm=algorithm, **arguments)
    watched.learn(600, callback=OptimalityCallback(frequency=50))
    assert len(rows(tmp_path / "watched" / "optimality.csv")) > 1
    for (name, weights), other in zip(
        plain.policy.state_dict().items(), watched.policy.state_dict().values(), strict=True
    ):
        assert weights.equal(other), name
    if algorithm is DQN:
        assert plain.replay_buffer.observations.tobytes() == watched.replay_buffer.observations.tobytes()


def test_the_same_figures_in_the_logger_in_tensorboard_and_beside_the_monitor(tmp_path, model_in):
    model = model_in(tmp_path)
    model.learn(500, callback=OptimalityCallback(frequency=100))
    beside = rows(tmp_path / "optimality.csv")
    assert [row["environment_steps"] for row in beside] == [100, 200, 300, 400, 500]
    logged = [row for row in rows(tmp_path / "progress.csv") if "optimality/actions" in row]
    events = EventAccumulator(str(tmp_path)).Reload()
    for name in FIGURES:
        assert [row[f"optimality/{name}"] for row in logged] == pytest.approx(
            [row[name] for row in beside], nan_ok=True
        )
        scalars = events.Scalars(f"optimality/{name}")
        assert [scalar.step for scalar in scalars] == [100, 200, 300, 400, 500]
        assert [scalar.value for scalar in scalars] == pytest.approx([row[name] for row in beside], nan_ok=True)
    # The last is what the trained model is worth.
    report = evaluate(model, OneHotObservation(gym.make(ENV_ID, size=3)))
    assert {name: beside[-1][name] for name in FIGURES} == pytest.approx({n: getattr(report, n) for n in FIGURES})


def test_a_model_without_q_values_logs_the_rest(tmp_path, model_in):
    model_in(tmp_path, algorithm=PPO, n_steps=32).learn(300, callback=OptimalityCallback(frequency=100))
    assert all("q_error" not in row and "actions" in row for row in rows(tmp_path / "optimality.csv"))


@pytest.mark.parametrize("patience", [1, 3])
def test_it_stops_once_the_policy_stays_optimal(tmp_path, model_in, patience):
    model = model_in(tmp_path, policy_kwargs={"net_arch": [64]}, gradient_steps=2)
    model.learn(20_000, callback=OptimalityCallback(frequency=40, patience=patience))
    assert model.num_timesteps < 20_000
    optimal = [row["actions"] == 1.0 for row in rows(tmp_path / "optimality.csv")]
    # The last row is the model that stays, after the last check: the same, or a vector step later.
    checks = optimal[:-1]
    assert checks[-patience:] == [True] * patience
    assert not any(all(checks[i : i + patience]) for i in range(len(checks) - patience))
    assert evaluate(model, OneHotObservation(gym.make(ENV_ID, size=3))).actions == 1.0


def test_a_second_training_starts_a_file_of_its_own_and_going_on_does_not(tmp_path, model_in):
    model = model_in(tmp_path)
    callback = OptimalityCallback(frequency=100)
    model.learn(200, callback=callback)
    model.learn(200, callback=callback, reset_num_timesteps=False)
    assert [row["environment_steps"] for row in rows(tmp_path / "optimality.csv")] == [100, 200, 300, 400]
    model_in(tmp_path).learn(100, callback=callback)
    assert [row["environment_steps"] for row in rows(tmp_path / "optimality.csv")] == [100]


@pytest.mark.filterwarnings("ignore:The environment is already wrapped with a `Monitor`")
@pytest.mark.parametrize("wrap_vec", [VecMonitor, lambda vec_env: vec_env])
def test_environments_in_processes_of_their_own(tmp_path, model_in, wrap_vec):
    model = model_in(tmp_path, vec_env_cls=SubprocVecEnv, wrap_vec=wrap_vec)
    model.learn(150, callback=OptimalityCallback(frequency=100))
    logged = [row for row in rows(tmp_path / "progress.csv") if "optimality/actions" in row]
    assert [row["time/total_timesteps"] for row in logged] == [100, 152]
    assert not (tmp_path / "optimality.csv").exists()


def test_what_changes_the_observations_of_all_is_refused(tmp_path, model_in):
    model = model_in(tmp_path, wrap_vec=VecNormalize)
    with pytest.raises(TypeError, match="not known behind VecNormalize"):
        model.learn(100, callback=OptimalityCallback())


def test_another_game_is_refused():
    with pytest.raises(TypeError, match="known for a GridWorldEnv"):
        DQN("MlpPolicy", "CartPole-v1", buffer_size=100).learn(100, callback=OptimalityCallback())


def test_an_environment_without_a_spec_is_refused():
    env = DummyVecEnv([lambda: OneHotObservation(gym.make(ENV_ID).unwrapped.__class__(size=2))])
    with pytest.raises(TypeError, match=r"made by gym\.make"):
        DQN("MlpPolicy", env, buffer_size=100).learn(10, callback=OptimalityCallback())


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"frequency": 0}, ValueError, "frequency must be at least 1, got 0"),
        ({"frequency": 1.5}, TypeError, "frequency must be an integer"),
        ({"patience": 0}, ValueError, "patience must be at least 1, got 0"),
        ({"patience": "a"}, TypeError, "patience must be an integer"),
    ],
)
def test_bad_input(arguments, error, said):
    with pytest.raises(error, match=said):
        OptimalityCallback(**arguments)


def test_rows_of_a_run_that_never_arrives_hold_no_number(tmp_path, model_in):
    model = model_in(tmp_path, learning_rate=0.0)
    model.learn(100, callback=OptimalityCallback(frequency=100))
    (row,) = rows(tmp_path / "optimality.csv")
    assert math.isnan(row["mean_regret"]) or row["success"] > 0
    assert np.isfinite(row["q_error"])
