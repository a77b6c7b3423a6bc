"""The callbacks that go by episodes: when they stop, what they print, and whose episodes they count."""

import re

import gymnasium as gym
import pytest
from conftest import ENV_ID
from rl_zoo3.utils import get_callback_list
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor, load_results
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecMonitor

from gym_gridworld.sb3 import EpisodeLog, GridWorldVecEnv, StopOnMeanReturn, native
from gym_gridworld.sb3.episodes import EpisodeCallback
from gym_gridworld.wrappers import OneHotObservation


class Scripted(gym.Env):
    """Whatever one does, the episodes have these (return, length), one after the other and then from the first."""

    observation_space = gym.spaces.Box(0.0, 1.0, (1,))
    action_space = gym.spaces.Discrete(2)

    def __init__(self, *episodes):
        self.episodes, self.begun, self.left = episodes, 0, 0

    def reset(self, *, seed=None, options=None):  # noqa: ARG002
        super().reset(seed=seed)
        self.gain, self.left = self.episodes[self.begun % len(self.episodes)]
        self.begun += 1
        return self.observation_space.low, {}

    def step(self, action):  # noqa: ARG002
        self.left -= 1
        ended = self.left == 0
        return self.observation_space.low, self.gain if ended else 0.0, ended, False, {}


class Seen(EpisodeCallback):
    """Remembers the episodes."""

    def _forget(self):
        self.episodes = []

    def _on_episode(self, gained, length):
        self.episodes.append((gained, length))
        return True


def monitored(*episodes):
    return lambda: Monitor(Scripted(*episodes))


def dqn(*environments, **arguments):
    """A model that learns next to nothing from as many environments."""
    arguments = {"learning_starts": 10_000, "buffer_size": 100, "train_freq": 1, "device": "cpu", **arguments}
    return DQN("MlpPolicy", DummyVecEnv(list(environments)), **arguments)


# Returns 0, 1, 2, ... of two steps each.
RISING = [(float(gained), 2) for gained in range(50)]


@pytest.mark.parametrize(("window", "threshold", "stops"), [(1, 3.0, 4), (4, 3.5, 6), (4, 3.51, 7), (3, -1.0, 3)])
def test_it_stops_when_the_mean_of_the_last_episodes_is_reached_and_not_before(capsys, window, threshold, stops):
    model = dqn(monitored(*RISING)).learn(80, callback=StopOnMeanReturn(threshold, window))
    assert model.num_timesteps == 2 * stops
    assert capsys.readouterr().out == (
        f"the training stops after {2 * stops} transitions: the mean return of the last {window} episodes has reached "
        f"{threshold:g}\n"
    )


def test_without_enough_episodes_it_never_stops(capsys):
    # 39 have ended, all of them good enough.
    assert dqn(monitored((9.0, 2))).learn(79, callback=StopOnMeanReturn(1.0, 40)).num_timesteps == 79
    assert capsys.readouterr().out == ""


def test_returns_that_add_up_to_a_little_less_in_floating_point():
    assert dqn(monitored((0.1, 2))).learn(40, callback=StopOnMeanReturn(0.1, 10)).num_timesteps == 20


def test_what_is_not_a_number_is_not_enough():
    model = dqn(monitored((float("nan"), 2), *[(1.0, 2)] * 9)).learn(40, callback=StopOnMeanReturn(1.0, 4))
    assert model.num_timesteps == 2 * 5


def test_a_mean_that_is_not_reached_does_not_stop():
    assert dqn(monitored((1.0, 2), (2.0, 2))).learn(80, callback=StopOnMeanReturn(1.6, 2)).num_timesteps == 80


def test_old_episodes_leave_the_window():
    model = dqn(monitored(*[(-100.0, 2)] * 5, *[(1.0, 2)] * 50)).learn(100, callback=StopOnMeanReturn(1.0, 3))
    assert model.num_timesteps == 2 * (5 + 3)


def test_the_episodes_of_all_environments_together():
    # They end after steps 2, 4, 6, ... and after steps 3, 6, 9, ...: returns 1, 5, 1, then both at once.
    seen, stop = Seen(), StopOnMeanReturn(11 / 4, 4)
    model = dqn(monitored((1.0, 2)), monitored((5.0, 3))).learn(100, callback=[seen, stop])
    assert seen.episodes == [(1.0, 2), (5.0, 3), (1.0, 2), (1.0, 2), (5.0, 3)]
    # 1, 5, 1, 1 are not enough, 5, 1, 1, 5 are.
    assert model.num_timesteps == 2 * 6


def test_two_ends_in_one_step_are_two_episodes_and_the_first_environments_comes_first(capsys):
    # The window of one is good enough between the two.
    model = dqn(monitored((5.0, 4)), monitored((0.0, 4))).learn(100, callback=StopOnMeanReturn(5.0, 1))
    assert model.num_timesteps == 2 * 4
    # Here the one after the other fills it, and here both are good enough.
    model = dqn(monitored((1.0, 4)), monitored((3.0, 4))).learn(100, callback=StopOnMeanReturn(2.0, 2))
    assert model.num_timesteps == 2 * 4
    capsys.readouterr()
    dqn(monitored((3.0, 4)), monitored((3.0, 4))).learn(100, callback=StopOnMeanReturn(2.0, 1))
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_going_on_keeps_the_episodes_and_starting_anew_does_not(capsys):
    model, stop, log = dqn(monitored((1.0, 2))), StopOnMeanReturn(1.0, 4), EpisodeLog(2)
    model.learn(6, callback=[stop, log])
    model.learn(50, callback=[stop, log], reset_num_timesteps=False)
    assert model.num_timesteps == 8
    # The window is full: the next episode decides.
    model.learn(50, callback=[stop, log], reset_num_timesteps=False)
    assert model.num_timesteps == 10
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines() if "episode " in line] == [
        "episode 2",
        "episode 4",
    ]
    model.learn(50, callback=[stop, log])
    assert model.num_timesteps == 8
    assert capsys.readouterr().out.startswith("episode 2, ")


def test_a_line_every_so_many_episodes(capsys):
    model = dqn(monitored(*RISING), learning_starts=0, exploration_fraction=1.0, exploration_final_eps=0.5)
    model.learn(20, callback=EpisodeLog(3))
    # Epsilon falls by 0.025 a step; the last action of a line was drawn with what came out of the step before.
    assert capsys.readouterr().out.splitlines() == [
        "episode 3, score 1.00, length 2.0, epsilon 0.875, transitions 6",
        "episode 6, score 4.00, length 2.0, epsilon 0.725, transitions 12",
        "episode 9, score 7.00, length 2.0, epsilon 0.575, transitions 18",
    ]


def test_lines_of_many_environments_hold_as_many_episodes(capsys):
    # Three end at once: the line is full in their middle.
    dqn(*[monitored((gained, length), (7.0, 6)) for gained, length in [(1.0, 4), (2.0, 4), (6.0, 4)]]).learn(
        30, callback=EpisodeLog(2)
    )
    assert [re.sub(r" epsilon [^,]*,", "", line) for line in capsys.readouterr().out.splitlines()] == [
        "episode 2, score 1.50, length 4.0, transitions 12",
        "episode 4, score 6.50, length 5.0, transitions 30",
        "episode 6, score 7.00, length 6.0, transitions 30",
    ]


def test_an_algorithm_without_epsilon(capsys):
    model = PPO("MlpPolicy", DummyVecEnv([monitored((1.0, 2))]), n_steps=4, batch_size=4, n_epochs=1, device="cpu")
    model.learn(8, callback=EpisodeLog(4))
    assert capsys.readouterr().out == "episode 4, score 1.00, length 2.0, transitions 8\n"


@pytest.mark.parametrize(("wrap_all", "kind"), [(native, GridWorldVecEnv), (lambda envs: envs, DummyVecEnv)])
def test_the_episodes_are_those_of_the_monitor_files(tmp_path, capsys, wrap_all, kind):
    envs = make_vec_env(ENV_ID, 8, seed=0, wrapper_class=OneHotObservation, monitor_dir=str(tmp_path))
    model = DQN("MlpPolicy", wrap_all(envs), seed=0, learning_starts=10_000, buffer_size=100, train_freq=1)
    assert type(model.env) is kind
    seen = Seen()
    model.learn(8000, callback=[seen, EpisodeLog(25), StopOnMeanReturn(0.5, 60)])
    model.env.close()
    assert model.num_timesteps < 8000
    assert 60 <= len(seen.episodes) < 60 + 8
    assert sorted(seen.episodes) == sorted(zip(*map(load_results(tmp_path).get, "rl"), strict=True))
    lines = capsys.readouterr().out.splitlines()
    for number, line in enumerate(lines[:2]):
        returns, lengths = zip(*seen.episodes[25 * number : 25 * number + 25], strict=True)
        assert f"score {sum(returns) / 25:.2f}, length {sum(lengths) / 25:.1f}, " in line
    assert len(lines) == 3
    assert lines[2].startswith(f"the training stops after {model.num_timesteps} transitions: ")


@pytest.mark.parametrize("callback", [StopOnMeanReturn(2.0, 2), EpisodeLog(2)])
def test_without_a_monitor_the_training_does_not_start(callback):
    model = dqn(lambda: Scripted((1.0, 2)))
    with pytest.raises(TypeError, match=f"{type(callback).__name__} counts the episodes that a Monitor reports"):
        model.learn(10, callback=callback)
    assert model.num_timesteps == 0
    # One of them is not enough.
    with pytest.raises(TypeError, match="the environments have none"):
        dqn(monitored((1.0, 2)), lambda: Scripted((1.0, 2))).learn(10, callback=callback)


@pytest.mark.parametrize("vec_env_cls", [DummyVecEnv, SubprocVecEnv])
def test_a_monitor_of_all_will_do(vec_env_cls):
    envs = VecMonitor(vec_env_cls([lambda: Scripted((1.0, 2)), lambda: Scripted((3.0, 2))]))
    model = DQN("MlpPolicy", envs, learning_starts=10_000, buffer_size=100, train_freq=1, device="cpu")
    assert model.learn(40, callback=StopOnMeanReturn(2.0, 4)).num_timesteps == 2 * 4
    envs.close()


def test_from_the_zoos_yaml():
    stop, log = get_callback_list(
        {
            "callback": [
                {"gym_gridworld.sb3.episodes.StopOnMeanReturn": {"threshold": 200.0, "window": 50}},
                {"gym_gridworld.sb3.episodes.EpisodeLog": {"frequency": 20}},
            ]
        }
    )
    assert (stop.threshold, stop.window, log.frequency) == (200.0, 50, 20)
    (default,) = get_callback_list({"callback": "gym_gridworld.sb3.episodes.EpisodeLog"})
    assert (default.frequency, StopOnMeanReturn(1).window) == (10, 100)


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "said"),
    [
        (StopOnMeanReturn, {"threshold": "1e3"}, TypeError, "threshold must be a number, got '1e3' of type str"),
        (StopOnMeanReturn, {"threshold": True}, TypeError, "threshold must be a number, got True"),
        (StopOnMeanReturn, {"threshold": float("nan")}, ValueError, "threshold must be a finite number, got nan"),
        (StopOnMeanReturn, {"threshold": float("inf")}, ValueError, "threshold must be a finite number, got inf"),
        (StopOnMeanReturn, {"threshold": 1.0, "window": 0}, ValueError, "window must be at least 1, got 0"),
        (StopOnMeanReturn, {"threshold": 1.0, "window": 2.5}, TypeError, "window must be an integer"),
        (EpisodeLog, {"frequency": 0}, ValueError, "frequency must be at least 1, got 0"),
        (EpisodeLog, {"frequency": "a"}, TypeError, "frequency must be an integer"),
    ],
)
def test_bad_input(kind, arguments, error, said):
    with pytest.raises(error, match=said):
        kind(**arguments)
