"""The native environments as Stable-Baselines3's VecEnv, against its DummyVecEnv of scalar ones in monitors."""

import json

import gymnasium as gym
import numpy as np
import pytest
from conftest import ENV_ID
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers import TimeAwareObservation
from gymnasium.wrappers.vector import NormalizeObservation, RecordEpisodeStatistics
from sb3_contrib import QRDQN, MaskablePPO
from sb3_contrib.common.maskable.utils import get_action_masks
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor, load_results
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecNormalize
from twin_envs import Led, assert_same

from gym_gridworld import wrappers
from gym_gridworld.optimality import evaluate
from gym_gridworld.sb3 import GridWorldVecEnv, native
from gym_gridworld.sb3.callbacks import OptimalityCallback
from gym_gridworld.sb3.twins import scalar_spec
from gym_gridworld.wrappers import vector

GOALS = "gym_gridworld/GoalGridWorld-v0"
SCALAR = {
    "Dict": None,
    "one-hot": (wrappers.OneHotObservation, {"encoding": "axis", "coordinates": True}),
    "scaled": (wrappers.ScaledCoordinates, {}),
    "relative": (wrappers.RelativePosition, {}),
    "flat": (wrappers.FlattenObservation, {}),
}


def make_dummy(number=20, wrapper=None, folder=None, env_id=ENV_ID, **arguments):
    """As the zoo makes it."""
    kind, kwargs = wrapper or (None, {})
    return make_vec_env(
        env_id, number, seed=3, wrapper_class=kind, wrapper_kwargs=kwargs, monitor_dir=folder, env_kwargs=arguments
    )


def make_native(number=4, **arguments):
    return gym.make_vec(ENV_ID, num_envs=number, autoreset_mode="SameStep", **arguments)


def led(replaced, wrapper, env_id=ENV_ID, **arguments):
    """A DummyVecEnv that starts where the native environments start."""

    def member(index):
        env = Led(gym.make(env_id, disable_env_checker=True, **arguments), replaced.grid_worlds, index)
        return lambda: Monitor(wrapper[0](env, **wrapper[1]) if wrapper else env)

    return DummyVecEnv([member(index) for index in range(replaced.num_envs)])


@pytest.mark.parametrize("wrapper", [None, (wrappers.GoalChannels, {})], ids=["Dict", "channels"])
def test_steps_of_goals_are_those_of_a_dummy_vec_env(wrapper):
    check_steps(wrapper, {"env_id": GOALS, "size": 3, "image_shape": (15, 20)})


@pytest.mark.parametrize("arguments", [{"size": 3}, {"layout": "cliff"}, {"layout": "random:6:0.2:3"}], ids=str)
@pytest.mark.parametrize("wrapper", SCALAR.values(), ids=SCALAR)
def test_steps_are_those_of_a_dummy_vec_env(wrapper, arguments):
    check_steps(wrapper, arguments)


def check_steps(wrapper, arguments):
    replaced = native(make_dummy(wrapper=wrapper, **arguments))
    assert isinstance(replaced, GridWorldVecEnv)
    started = replaced.reset()
    dummy = led(replaced, wrapper, **arguments)
    assert_same(started, plain(dummy.reset()))
    assert_same(replaced.reset_infos, dummy.reset_infos)
    random = np.random.default_rng(0)
    ended = 0
    for _ in range(300):
        actions = random.integers(4, size=20)
        observations, rewards, dones, infos = replaced.step(actions)
        expected, *rest, expected_infos = dummy.step(actions)
        assert_same(observations, plain(expected))
        assert_same([rewards, dones], rest)
        assert_same(replaced.reset_infos, dummy.reset_infos)
        for info, like, done in zip(infos, expected_infos, dones, strict=True):
            if done:
                ended += 1
                assert info["episode"].pop("t") >= 0 <= like["episode"].pop("t")
                assert_same(info, plain(like))
            else:
                assert info == {}
    assert ended > 50


def plain(tree):
    """Ordered dicts as dicts."""
    return {key: plain(value) for key, value in tree.items()} if isinstance(tree, dict) else tree


def test_time_limits_are_said_to_be_such():
    replaced = native(make_dummy(3, layout="A.#\n..T"))
    replaced.reset()
    for _ in range(99):
        assert not replaced.step(np.full(3, 2))[2].any()
    _, _, dones, infos = replaced.step(np.full(3, 2))
    assert dones.all()
    assert [info["TimeLimit.truncated"] for info in infos] == [True] * 3
    assert [(info["episode"]["r"], info["episode"]["l"]) for info in infos] == [(0.0, 100)] * 3


def test_the_same_seeds_give_the_same_starts():
    one, other = make_dummy(6), native(make_dummy(6))
    assert_same(other.reset(), plain(one.reset()))
    other.seed(3)
    again = other.reset()
    assert_same(again, plain(make_dummy(6).reset()))
    # They are used once.
    assert other.reset()["agent"].tolist() != again["agent"].tolist()


def test_options_place_all_or_each():
    env = GridWorldVecEnv(make_native())
    env.set_options({"agent": (1, 2), "target": (3, 4)})
    assert env.reset()["agent"].tolist() == [[1, 2]] * 4
    places = [(0, 0), (1, 0), (2, 0), (3, 0)]
    env.set_options([{"agent": place} for place in places])
    assert env.reset()["agent"].tolist() == [list(place) for place in places]
    env.set_options([{"agent": (0, 0)}, {}, {}, {}])
    with pytest.raises(ValueError, match="the same keys for every environment"):
        env.reset()


def test_the_monitors_files_are_written_as_before(tmp_path):
    replaced = native(make_dummy(5, folder=str(tmp_path), layout="cliff"))
    replaced.reset()
    episodes = []
    for number in range(400):
        _, _, _, infos = replaced.step(np.random.default_rng(number).integers(4, size=5))
        episodes += [info["episode"] for info in infos if info]
    replaced.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{index}.monitor.csv" for index in range(5)]
    written = load_results(str(tmp_path))
    assert sorted(zip(written["r"], written["l"], strict=True)) == sorted((e["r"], e["l"]) for e in episodes)
    header = (tmp_path / "0.monitor.csv").read_text().splitlines()[0]
    assert json.loads(header[1:])["env_id"] == ENV_ID


def test_info_keywords_are_written_too(tmp_path):
    envs = make_vec_env(
        ENV_ID,
        2,
        monitor_dir=str(tmp_path),
        monitor_kwargs={"info_keywords": ("distance",)},
        env_kwargs={"layout": "cliff"},
    )
    replaced = native(envs)
    replaced.reset()
    replaced.step(np.zeros(2, np.int64))  # into the pit
    replaced.close()
    assert load_results(str(tmp_path))["distance"].tolist() == [np.inf, np.inf]


def test_attributes_are_those_of_each_environment():
    replaced = native(make_dummy(4, SCALAR["one-hot"], size=6, slip=0.25, render_mode="rgb_array"))
    replaced.reset()
    assert replaced.get_attr("slip") == [0.25] * 4
    assert replaced.get_attr("render_mode", [1, 2]) == ["rgb_array"] * 2
    assert replaced.get_attr("agent_cell", 2) == [replaced.grid_worlds.agent_cells[2]]
    assert replaced.get_attr("spec", 0)[0].additional_wrappers[0].name == "OneHotObservation"
    replaced.set_attr("label", "first", indices=0)
    assert replaced.get_attr("label") == ["first", None, None, None]
    with pytest.raises(AttributeError, match="nothing"):
        replaced.get_attr("nothing")
    for name in ("slip", "agent_cell", "observation_space"):
        with pytest.raises(ValueError, match=f"share '{name}'"):
            replaced.set_attr(name, 0.5)


def test_methods_see_the_state_of_their_environment():
    replaced = native(make_dummy(3, size=4, render_mode="rgb_array"))
    replaced.reset()
    pictures = replaced.get_images()
    for picture, drawn in zip(replaced.env_method("render"), pictures, strict=True):
        np.testing.assert_array_equal(picture, drawn)
    assert replaced.render().shape[0] >= 512
    for name in ("reset", "step", "close"):
        with pytest.raises(ValueError, match=f"'{name}' is not for one environment"):
            replaced.env_method(name)


def test_goals_have_attributes_and_masks_of_their_own():
    replaced = native(make_dummy(20, env_id=GOALS, size=2, image_shape=(36, 36)))
    replaced.reset()
    envs = replaced.grid_worlds
    agents, plus, *_ = envs.states()
    assert replaced.get_attr("plus_cells") == [tuple(cells) for cells in plus.tolist()]
    masks = np.stack(replaced.env_method("action_masks"))
    np.testing.assert_array_equal(masks, envs.rules.action_masks[agents])
    np.testing.assert_array_equal(get_action_masks(replaced), masks)
    model = MaskablePPO("MultiInputPolicy", replaced, n_steps=4, batch_size=16, n_epochs=1, device="cpu")
    model.learn(80)
    assert model.ep_success_buffer


def test_without_a_render_mode_there_are_no_pictures():
    adapted = GridWorldVecEnv(make_native(2))
    adapted.reset()
    with pytest.warns(UserWarning, match="without a render_mode"):
        assert adapted.get_images() == [None, None]


def test_it_is_wrapped_as_what_it_replaces():
    replaced = native(make_dummy(2, SCALAR["one-hot"]))
    assert replaced.env_is_wrapped(Monitor) == [True, True]
    assert replaced.env_is_wrapped(wrappers.OneHotObservation, indices=1) == [True]
    assert replaced.env_is_wrapped(wrappers.ScaledCoordinates) == [False, False]


@pytest.mark.parametrize(
    ("algorithm", "settings"),
    [
        (DQN, {"learning_starts": 50, "buffer_size": 500}),
        (QRDQN, {"learning_starts": 50, "buffer_size": 500}),
        (PPO, {"n_steps": 8, "batch_size": 32}),
        (A2C, {}),
    ],
)
@pytest.mark.parametrize("wrapper", [SCALAR["Dict"], SCALAR["one-hot"]], ids=["Dict", "one-hot"])
def test_algorithms_train(algorithm, settings, wrapper):
    replaced = native(make_dummy(8, wrapper, size=3))
    policy = "MlpPolicy" if wrapper else "MultiInputPolicy"
    model = algorithm(policy, replaced, seed=0, device="cpu", **settings)
    model.learn(400)
    assert model.ep_info_buffer
    returns, lengths = evaluate_policy(model, replaced, n_eval_episodes=10, return_episode_rewards=True, warn=True)
    assert set(returns) <= {0.0, 1.0}
    assert max(lengths) <= 100


def test_other_vec_wrappers_go_around_it():
    wrapped = VecNormalize(native(make_dummy(4, SCALAR["scaled"])))
    model = DQN("MlpPolicy", wrapped, seed=0, learning_starts=50, buffer_size=500, device="cpu")
    model.learn(200)


def test_the_callback_looks_at_all_pairs(tmp_path):
    replaced = native(make_dummy(4, SCALAR["one-hot"], folder=str(tmp_path), layout="cliff"))
    model = DQN("MlpPolicy", replaced, seed=0, learning_starts=50, buffer_size=500, device="cpu")
    model.learn(200, callback=OptimalityCallback(frequency=100))
    replaced.close()
    env = wrappers.OneHotObservation(gym.make(ENV_ID, layout="cliff"), encoding="axis", coordinates=True)
    lines = (tmp_path / "optimality.csv").read_text().splitlines()
    assert float(lines[-1].split(",")[1]) == evaluate(model, env).actions


@pytest.mark.parametrize("wrapper", [None, vector.OneHotObservation, vector.RelativePosition])
def test_a_vector_environment_made_by_hand_is_adapted_too(wrapper):
    env = make_native(4, size=3)
    adapted = GridWorldVecEnv(wrapper(env) if wrapper else RecordEpisodeStatistics(env))
    adapted.reset()
    assert adapted.get_attr("target_cell") == env.unwrapped.target_cells.tolist()
    spec = scalar_spec(adapted.env)
    assert gym.make(spec).observation_space == adapted.observation_space
    assert spec.max_episode_steps == 100


def test_what_changes_observations_has_no_scalar_twin():
    class Halved(gym.vector.VectorWrapper):
        def __init__(self, env):
            super().__init__(env)
            self.single_observation_space = gym.spaces.Box(0, 1, (2,))

    env = make_native()
    with pytest.raises(ValueError, match="observes what Halved makes of it"):
        scalar_spec(Halved(env))
    env.unwrapped.spec = None
    with pytest.raises(ValueError, match=r"make it with gym\.make_vec"):
        scalar_spec(env)


# What is left as it is, and what is refused


def test_windows_and_other_processes_are_left_as_they_are(asked_fps):
    windows = make_dummy(1, render_mode="human")
    assert native(windows) is windows
    windows.close()
    assert asked_fps == []
    others = make_vec_env(f"gym_gridworld:{ENV_ID}", 2, vec_env_cls=SubprocVecEnv)
    try:
        assert native(others) is others
    finally:
        others.close()


def test_foreign_environments_are_refused():
    with pytest.raises(TypeError, match="gym_gridworld have a native vector environment, got CartPole-v1"):
        native(make_vec_env("CartPole-v1", 2))
    with pytest.raises(TypeError, match="adapts a vector environment of gym_gridworld, wrapped or not, got"):
        GridWorldVecEnv(gym.make_vec("CartPole-v1", num_envs=2))
    with pytest.raises(TypeError, match="adapts a vector environment of gym_gridworld"):
        GridWorldVecEnv(SyncVectorEnv([lambda: gym.make(ENV_ID)], autoreset_mode=AutoresetMode.SAME_STEP))
    with pytest.raises(TypeError, match="adapts a vector environment of gym_gridworld"):
        GridWorldVecEnv(gym.make(ENV_ID))


def test_wrappers_without_a_twin_are_named():
    with pytest.raises(
        ValueError, match=r"the wrapper TimeAwareObservation .* has no twin .* leave out the wrapper, or"
    ):
        native(make_dummy(2, (TimeAwareObservation, {})))


@pytest.mark.parametrize("mode", ["NextStep", "Disabled"])
def test_other_autoreset_modes_are_refused(mode):
    with pytest.raises(ValueError, match=f"autoreset_mode='SameStep', got '{mode}'"):
        GridWorldVecEnv(gym.make_vec(ENV_ID, num_envs=2, autoreset_mode=mode))


def test_normalising_wrappers_of_gymnasium_are_refused_by_themselves():
    with pytest.raises(ValueError, match="autoreset_mode"):
        NormalizeObservation(vector.ScaledCoordinates(make_native()))
