"""The proof of optimality, on policies whose optimality is known."""

import dataclasses
import importlib
import json

import gymnasium as gym
import numpy as np
import pytest
from conftest import ENV_ID, WRAPPERS
from sb3_contrib import QRDQN
from stable_baselines3 import DQN
from stable_baselines3.common.monitor import Monitor

from gym_gridworld import GridWorldEnv, observing, wrappers
from gym_gridworld.optimality import AllPairs, evaluate, optimal_fraction
from gym_gridworld.sb3.q_values import q_values


class Policy:
    """A policy over Dict observations, in the form of a Stable-Baselines3 model."""

    def __init__(self, act):
        self.act = act
        self.batches = []

    def predict(self, observation, *, deterministic):
        assert deterministic
        self.batches.append(len(observation["agent"]))
        return np.array(
            [self.act(*pair) for pair in zip(observation["agent"], observation["target"], strict=True)]
        ), None


def towards(agent, target):
    """An optimal policy: first along x, then along y."""
    dx, dy = target - agent
    return (0 if dx > 0 else 2) if dx else (1 if dy > 0 else 3)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_an_optimal_policy(make, size):
    assert optimal_fraction(Policy(towards), make(size=size)) == 1.0


def test_one_wrong_pair_of_600_shows(make):
    def almost(agent, target):
        if (*agent, *target) == (0, 0, 4, 4):
            return 3
        return towards(agent, target)

    assert optimal_fraction(Policy(almost), make()) == 599 / 600


def test_always_right_is_right_where_the_target_lies_to_the_right(make):
    # In 10 of the 25 (column, column) pairs, each with 25 (row, row) pairs.
    assert optimal_fraction(Policy(lambda *_: 0), make()) == 250 / 600


def test_walking_into_a_wall_is_wrong(make):
    env = make(size=2)
    pairs = AllPairs(env)
    assert pairs.optimal.shape == (12, 4)
    # To the right of, above, left of, below: the distance falls by one, and never by more.
    assert pairs.optimal.sum() == 16


def test_batches_are_bounded(make):
    policy = Policy(towards)
    assert AllPairs(make(size=3), chunk=20).fraction(policy) == 1.0
    assert policy.batches == [20, 20, 20, 12]


@pytest.mark.parametrize("name", WRAPPERS)
def test_behind_every_wrapper(make, name):
    wrapper, arguments = WRAPPERS[name]
    plain, wrapped = AllPairs(make(size=3)), AllPairs(wrapper(make(size=3), **arguments))
    np.testing.assert_array_equal(wrapped.optimal, plain.optimal)
    env = wrapper(make(size=3), **arguments)
    pairs = [(agent, target) for target in range(9) for agent in range(9) if agent != target]
    locations = env.unwrapped.dynamics.locations
    for (agent, target), observation in zip(pairs, wrapped.observations[0], strict=True):
        options = {"agent": locations[agent], "target": locations[target]}
        np.testing.assert_array_equal(env.reset(options=options)[0], observation)


@pytest.mark.parametrize("layout", ["cliff", "random:4:0.2:3"])
@pytest.mark.parametrize("name", WRAPPERS)
def test_many_observations_at_once_are_those_of_a_reset_to_each(make, monkeypatch, name, layout):
    wrapper, arguments = WRAPPERS[name]
    env = Monitor(wrapper(make(layout=layout), **arguments))
    at_once = AllPairs(env, chunk=50)
    monkeypatch.setattr(observing, "LEAVE_OBSERVATIONS_ALONE", ())
    by_reset = AllPairs(env, chunk=50)
    assert len(at_once.observations) == len(by_reset.observations)
    for one, other in zip(at_once.observations, by_reset.observations, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_a_subclass_that_observes_something_else_is_asked_itself(make):
    class Halved(wrappers.ScaledCoordinates):
        def observation(self, observation):
            return super().observation(observation) * np.float32(0.5)

    halved, plain = AllPairs(Halved(make(size=3))), AllPairs(wrappers.ScaledCoordinates(make(size=3)))
    np.testing.assert_array_equal(halved.observations[0], plain.observations[0] * np.float32(0.5))


def test_no_window_shows_the_resets(make, monkeypatch):
    env = make(size=2, render_mode="human")
    monkeypatch.setattr(GridWorldEnv, "_show", lambda self: pytest.fail("drawn"))
    assert evaluate(Policy(towards), env).actions == 1.0


def test_what_a_wrapper_outside_does_to_the_observations_counts(make):
    inside = wrappers.ScaledCoordinates(make(size=3))
    outside = gym.wrappers.TransformObservation(inside, lambda observation: -observation, inside.observation_space)
    one, other = AllPairs(inside).observations[0], AllPairs(outside).observations[0]
    np.testing.assert_array_equal(one, -other)


def test_actions_of_the_wrong_shape_are_refused(make):
    class Column:
        def predict(self, observation, **_):
            return np.zeros((len(observation["agent"]), 1), int), None

    with pytest.raises(ValueError, match=r"\(12,\) from the model, got \(12, 1\)"):
        optimal_fraction(Column(), make(size=2))


def exact(env, discount=0.9, horizon=np.inf):
    """A policy that is optimal in every cell, as a function of Dict observations."""
    pairs = AllPairs(env, discount, horizon)
    best = pairs.on_cells(pairs.optimal.argmax(axis=1), fill=0)
    layout = env.unwrapped.layout
    column = {target: number for number, target in enumerate(layout.targets.tolist())}

    def act(observations):
        cells = {name: locations @ [1, layout.width] for name, locations in observations.items()}
        return np.array(
            [best[agent, column[target]] for agent, target in zip(cells["agent"], cells["target"], strict=True)]
        )

    return act


LAYOUTS = ["four_rooms", "cliff", "corridor", "random:6:0.3:2", ["..~T", "A#..", "...."]]


@pytest.mark.parametrize("slip", [0.0, 0.2])
@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_the_optimum_has_no_regret(make, layout, slip):
    env = make(layout=layout, slip=slip)
    report = evaluate(exact(env, 0.9, 100), env, discount=0.9)
    assert report.actions == 1.0
    assert report.pairs == len(AllPairs(env))
    # With slip, the best with 100 steps left is played all along, which is not quite the best with few steps left.
    assert report.mean_return_regret == pytest.approx(0.0, abs=1e-4 if slip else 1e-12)
    assert report.mean_regret == pytest.approx(0.0, abs=0.5 if slip else 0.0)
    if not slip:
        assert (report.success, report.max_regret) == (1.0, 0.0)


def test_a_detour_costs_its_steps(make):
    env = make(layout="A....\n.....")

    def up_first(observations):
        (x, y), target_x = observations["agent"].T, observations["target"][:, 0]
        return np.where(y == 0, 1, np.where(x == target_x, 3, np.where(x < target_x, 0, 2)))

    # From the row below it goes up, along, and down to targets below.
    evaluation = AllPairs(env, 0.9).evaluate(up_first)
    width = 5
    for pair, (agent, target) in enumerate(zip(*pairs_of(env), strict=True)):
        (x, y), (to_x, to_y) = (agent % width, agent // width), (target % width, target // width)
        steps = abs(x - to_x) + (1 - y) + (1 - to_y)
        assert evaluation.arrival[pair] == 1.0
        assert evaluation.regret[pair] == steps - (abs(x - to_x) + abs(y - to_y))
    report = evaluation.report
    assert report.max_regret == 2.0
    assert 0.0 < report.mean_return_regret < 1.0
    assert report.success == 1.0


def pairs_of(env):
    pairs = AllPairs(env)
    return pairs.agents.tolist(), pairs.targets.tolist()


def test_who_walks_into_a_wall_never_arrives(make):
    report = evaluate(lambda observations: np.zeros(len(observations["agent"]), int), make(size=3))
    # To the right of it in the same row: 3 rows with 3 pairs each, of 72.
    assert (report.success, report.mean_regret) == (9 / 72, 0.0)
    nobody = evaluate(lambda observations: np.full(len(observations["agent"]), 2), make(layout="A..T\n#..#"))
    assert nobody.success == 0.0
    assert np.isnan(nobody.mean_regret)
    assert json.loads(nobody.to_json())["mean_regret"] is None
    assert "it never arrives" in str(nobody)


def test_a_fall_costs_more_than_standing_still(make):
    env = make(layout="A~T\n...")

    def policy(action):
        return evaluate(lambda observations: np.full(len(observations["agent"]), action), env, discount=1.0)

    # To the right, four of the five cells lead into the pit, the wall on the right, or the target; to the left none.
    right, left = policy(0), policy(2)
    assert right.mean_return_regret > left.mean_return_regret
    assert left.success == 0.0


def test_the_time_limit_counts(make):
    corridor = make(layout="corridor", max_episode_steps=10)
    report = evaluate(exact(corridor), corridor)
    assert (report.horizon, report.success) == (10, 10 / 14)
    assert evaluate(exact(corridor), corridor, horizon=np.inf).success == 1.0
    assert evaluate(exact(corridor), corridor, horizon=3).success == 3 / 14


def test_without_a_time_limit_there_is_none():
    env = GridWorldEnv(size=2)
    assert evaluate(exact(env), env).horizon == np.inf
    assert "no time limit" in str(evaluate(exact(env), env))


@pytest.mark.parametrize("slip", [0.0, 0.25])
def test_figures_are_those_of_playing(make, slip):
    env = make(layout=["...~", "A#..", "...T"], slip=slip, max_episode_steps=15)
    random = np.random.default_rng(0)
    table = random.integers(4, size=12)
    policy = lambda observations: table[observations["agent"] @ [1, 4]]  # noqa: E731
    pairs = AllPairs(env, 0.9)
    evaluation = pairs.evaluate(policy)
    env.reset(seed=1)
    for pair, agent in enumerate(pairs.agents.tolist()):
        arrived = []
        for _ in range(400 if slip else 1):
            observation, _ = env.reset(options={"agent": env.unwrapped.layout.location(agent)})
            done = False
            while not done:
                observation, reward, terminated, truncated, _ = env.step(table[observation["agent"] @ [1, 4]])
                done = terminated or truncated
            arrived.append(reward == 1.0)
        probability = evaluation.arrival[pair]
        error = 4.5 * (probability * (1 - probability) / len(arrived)) ** 0.5
        assert abs(np.mean(arrived) - probability) <= error


@pytest.mark.parametrize("algorithm", [DQN, QRDQN])
def test_the_error_of_q_values(make, algorithm):
    env = wrappers.OneHotObservation(make(size=3), "axis")
    model = algorithm("MlpPolicy", env, gamma=0.7, buffer_size=10, seed=0)
    report = evaluate(model, env)
    errors = []
    dynamics = env.unwrapped.dynamics
    for target in range(9):
        distances = dynamics.distances_to(target)
        for agent in range(9):
            if agent == target:
                continue
            location = dynamics.layout.location
            observation, _ = env.reset(options={"agent": location(agent), "target": location(target)})
            tensor = model.policy.obs_to_tensor(observation)[0]
            values = model.q_net(tensor)[0] if algorithm is DQN else model.quantile_net(tensor)[0].mean(dim=0)
            errors += np.abs(values.detach().numpy() - 0.7 ** distances[dynamics.next_cell[agent]]).tolist()
    assert report.discount == 0.7
    assert report.q_error == pytest.approx(np.mean(errors), rel=1e-5)
    assert report.max_q_error == pytest.approx(np.max(errors), rel=1e-5)


def test_a_model_without_q_values(make):
    env = make(size=2)
    report = evaluate(exact(env), env)
    assert (report.q_error, report.max_q_error, report.discount) == (None, None, 0.99)
    assert "Q-values" not in str(report)
    with pytest.raises(TypeError, match="function has no Q-values"):
        q_values(exact(env), None)


def test_the_report_as_json(make):
    env = make()
    report = evaluate(Policy(towards), env, discount=0.9, horizon=np.inf)
    read = json.loads(report.to_json())
    assert read["horizon"] is None
    assert (read["env_id"], read["pairs"], read["actions"]) == ("gym_gridworld/GridWorld-v0", 600, 1.0)
    assert set(read) == {field.name for field in dataclasses.fields(report)}


def test_on_cells(make):
    pairs = AllPairs(make(layout="A#T.T\n....."))
    numbers = np.arange(float(len(pairs)))
    on_cells = pairs.on_cells(numbers)
    assert on_cells.shape == (10, 2)
    columns = {7: 0, 9: 1}
    for number, agent, target in zip(numbers, pairs.agents.tolist(), pairs.targets.tolist(), strict=True):
        assert on_cells[agent, columns[target]] == number
    assert np.isnan(on_cells).sum() == 20 - len(pairs)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (lambda observations: np.full(len(observations["agent"]), 4), r"actions from 0 to 3 .* got \[4\]"),
        (lambda observations: np.zeros(len(observations["agent"])), "actions from 0 to 3"),
        (lambda _: 0, r"expected actions of shape \(12,\) from the model, got \(\)"),
    ],
)
def test_what_is_no_policy_is_refused(make, model, said):
    with pytest.raises(ValueError, match=said):
        evaluate(model, make(size=2))


def test_what_is_no_model_is_refused(make):
    with pytest.raises(TypeError, match="a model with predict, or a function of observations, got None"):
        evaluate(None, make(size=2))


def test_a_model_for_other_spaces_is_refused(make):
    model = DQN("MlpPolicy", wrappers.OneHotObservation(make(size=3)), buffer_size=10)
    for env in (make(size=3), wrappers.OneHotObservation(make(size=4)), wrappers.ScaledCoordinates(make(size=3))):
        with pytest.raises(ValueError, match="the model's observation_space does not fit the environment"):
            evaluate(model, env)
    # Refused for its actions too.
    model = DQN("MlpPolicy", "CartPole-v1", buffer_size=10)
    model.observation_space = make(size=3).observation_space
    with pytest.raises(ValueError, match="the model's action_space does not fit"):
        evaluate(model, make(size=3))


def test_discount_and_horizon_out_of_range(make):
    with pytest.raises(ValueError, match="discount"):
        AllPairs(make(), discount=1.5)
    with pytest.raises(ValueError, match="horizon"):
        AllPairs(make(), horizon=0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"size": 6}, "6x6"),
        ({"layout": "cliff"}, "cliff 12x4"),
        ({"layout": "random:5:0.2:1"}, "random:5:0.2:1 5x5"),
        ({"layout": "A..\n..T"}, "3x2"),
        ({"layout": ["A..", "..T"]}, "3x2"),
    ],
)
def test_the_report_says_which_layout(make, arguments, said):
    env = make(**arguments)
    report = evaluate(lambda observations: np.zeros(len(observations["agent"]), np.int64), env)
    assert report.layout == said
    assert str(report).startswith(f"{ENV_ID}, {said}, ")
    assert json.loads(report.to_json())["layout"] == said


@pytest.mark.parametrize("path", observing.LEAVE_OBSERVATIONS_ALONE)
def test_wrappers_that_leave_observations_alone_are_there(path):
    module, _, name = path.rpartition(".")
    kind = getattr(importlib.import_module(module), name)
    # Where the zoo has replaced Gymnasium's, it stands under both names.
    assert issubclass(kind, gym.Wrapper)
