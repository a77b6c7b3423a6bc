"""The rules of GoalGridWorld-v0, on every state of small grids and on random play."""

import collections
import copy
import itertools
import math
import pickle

import gymnasium as gym
import numpy as np
import pytest
from conftest import GOAL_ID
from gymnasium.error import ResetNeeded
from sb3_contrib.common.maskable.utils import get_action_masks, is_masking_supported
from stable_baselines3.common.env_util import make_vec_env
from test_determinism import play, same

from gym_gridworld import GoalGridWorldEnv
from gym_gridworld.dynamics import MOVES

STAY = (0, 0)


def cells(size):
    return [(x, y) for y in range(size) for x in range(size)]


def every_placement(size, n_plus, n_ex):
    """Reset options of every state, goals of a kind in one order only."""
    for agent in cells(size):
        for plus in itertools.combinations([cell for cell in cells(size) if cell != agent], n_plus):
            left = [cell for cell in cells(size) if cell != agent and cell not in plus]
            for ex in itertools.combinations(left, n_ex):
                for goal in ["plus"] * (n_plus > 0) + ["ex"] * (n_ex > 0):
                    yield {"agent": agent, "plus": [*plus], "ex": [*ex], "goal": goal}


def after(location, move, size):
    return tuple(min(max(at + by, 0), size - 1) for at, by in zip(location, move, strict=True))


def distance(start, right, wrong, size):
    """Breadth-first search, forwards, over locations."""
    if start in wrong:
        return math.inf
    steps, queue = {start: 0.0}, collections.deque([start])
    while queue:
        here = queue.popleft()
        if here in right:
            return steps[here]
        for move in MOVES:
            there = after(here, move, size)
            if there not in steps and there not in wrong:
                steps[there] = steps[here] + 1.0
                queue.append(there)
    return math.inf


@pytest.mark.parametrize(
    ("size", "n_plus", "n_ex", "allow_stay"),
    [(2, 1, 1, False), (3, 1, 1, True), (3, 0, 2, False), (3, 2, 1, False), (2, 2, 1, True), (3, 1, 0, False)],
)
def test_every_step_from_every_state(size, n_plus, n_ex, allow_stay):
    env = GoalGridWorldEnv(size, n_plus, n_ex, allow_stay=allow_stay)
    moves = [*MOVES, STAY] if allow_stay else MOVES
    for options in every_placement(size, n_plus, n_ex):
        right, wrong = (options["plus"], options["ex"])[:: 1 if options["goal"] == "plus" else -1]
        for action, move in enumerate(moves):
            observation, info = env.reset(options=options)
            assert observation["goal"].tolist() == [options["goal"] == "plus", options["goal"] == "ex"]
            assert info["distance"] == distance(options["agent"], right, wrong, size)
            allowed = [m == STAY or after(options["agent"], m, size) != options["agent"] for m in moves]
            assert info["action_mask"].tolist() == env.action_masks().tolist() == allowed
            assert set(info) == {"distance", "action_mask"}

            said = env.step(action)
            observation, reward, terminated, truncated, info = said
            there = after(options["agent"], move, size)
            assert env.rules.grid.layout.location(env.agent_cell) == there
            assert observation["goal"].tolist() == [options["goal"] == "plus", options["goal"] == "ex"]
            assert (type(reward), reward) == (float, 1.0 if there in right else -1.0 if there in wrong else -0.01)
            assert terminated is (there in right + wrong)
            assert truncated is False
            assert type(info["distance"]) is float
            assert info["distance"] == distance(there, right, wrong, size)
            assert info["is_success"] is (there in right)
            assert set(info) == {"distance", "action_mask", "is_success"}


def test_a_way_around_a_wrong_goal_is_longer_and_walls_of_them_let_nobody_through():
    env = GoalGridWorldEnv(n_ex=2)
    options = {"agent": (0, 0), "plus": [(2, 0)], "ex": [(1, 0), (4, 4)], "goal": "plus"}
    assert env.reset(options=options)[1]["distance"] == 4.0
    assert env.reset(options={**options, "ex": [(1, 0), (0, 1)]})[1]["distance"] == math.inf
    assert env.reset(options={**options, "goal": "ex"})[1]["distance"] == 1.0


def test_spaces(make):
    env = make(GOAL_ID)
    image = gym.spaces.Box(0, 255, (64, 84, 3), np.uint8)
    goal = gym.spaces.Box(0, 1, (2,), np.float32)
    assert env.observation_space == gym.spaces.Dict(image=image, goal=goal)
    assert env.action_space == gym.spaces.Discrete(4)
    assert make(GOAL_ID, allow_stay=True).action_space == gym.spaces.Discrete(5)
    other = make(GOAL_ID, size=7, image_shape=[40, 36])
    assert other.observation_space["image"].shape == (40, 36, 3)
    assert other.reset(seed=0)[0] in other.observation_space
    assert len({other.reset()[1]["distance"] for _ in range(200)}) > 8  # farther than on 5x5


def test_observations_are_new_arrays_every_time(make):
    env = make(GOAL_ID)
    observation, _ = env.reset(seed=0)
    kept, copied = [observation], [copy.deepcopy(observation)]
    for said in play(env, 200, seed=0):
        kept.append(said[0])
        copied.append(copy.deepcopy(said[0]))
    assert same(kept, copied)


def test_writing_to_what_is_handed_out_changes_nothing_inside():
    env, untouched = GoalGridWorldEnv(), GoalGridWorldEnv()
    for one in (env, untouched):
        one.reset(seed=0)
    for action in (0, 1, 2, 3) * 5:
        said = env.step(action)
        assert same(said, untouched.step(action))
        for array in (*said[0].values(), said[4]["action_mask"], env.action_masks()):
            array[:] = 1 - array
        if said[2]:
            break


def test_start_is_uniform_over_all_placements_and_signals():
    env = GoalGridWorldEnv(size=2)
    env.reset(seed=0)
    counts = collections.Counter()
    for _ in range(12_000):
        env.reset()
        counts[env.placement] += 1
    assert set(counts) == {(a, (p,), (e,), g) for a, p, e in itertools.permutations(range(4), 3) for g in (0, 1)}
    expected = 12_000 / 48
    # 99.9th percentile at 47 degrees of freedom.
    assert sum((count - expected) ** 2 / expected for count in counts.values()) < 82.7


@pytest.mark.parametrize(
    "placed",
    [{"agent": (1, 0)}, {"plus": [(1, 0)]}, {"ex": [(1, 0)]}, {"plus": [], "ex": [(1, 0)]}, {"goal": "ex"}],
    ids=str,
)
def test_placing_some_draws_the_others_uniformly_elsewhere(placed):
    env = GoalGridWorldEnv(size=2)
    env.reset(seed=0)
    counts = collections.Counter()
    for _ in range(6000):
        env.reset(options=placed)
        counts[env.placement] += 1
    fixed = {
        "agent": lambda placement: placement.agent == 1,
        "plus": lambda placement: not placed["plus"] or placement.plus == (1,),
        "ex": lambda placement: placement.ex == (1,),
        "goal": lambda placement: placement.goal == 1,
    }
    assert all(fixed[name](placement) for name in placed for placement in counts)
    number = 24 if "goal" in placed else 12
    assert len(counts) == number
    # 99.9th percentiles at 23 and 11 degrees of freedom.
    assert sum((count - 6000 / number) ** 2 * number / 6000 for count in counts.values()) < (49.7, 31.3)[number == 12]


def test_some_goals_of_a_kind_can_be_placed_and_the_others_are_drawn():
    env = GoalGridWorldEnv(n_plus=3, n_ex=0)
    for _ in range(50):
        env.reset(options={"plus": [(4, 4), (0, 0)]})
        assert env.plus_cells[:2] == (24, 0)
        assert len({*env.plus_cells, env.agent_cell}) == 4
        assert (env.ex_cells, env.goal) == ((), 0)


@pytest.mark.parametrize(("n_plus", "n_ex", "goal"), [(1, 0, 0), (0, 1, 1), (5, 0, 0)])
def test_only_a_kind_that_is_there_is_signalled(n_plus, n_ex, goal):
    env = GoalGridWorldEnv(n_plus=n_plus, n_ex=n_ex)
    assert {env.reset(seed=seed)[0]["goal"].argmax() for seed in range(30)} == {goal}


def test_a_full_grid():
    env = GoalGridWorldEnv(size=2, n_plus=2, n_ex=1)
    for seed in range(20):
        env.reset(seed=seed)
        assert sorted([env.agent_cell, *env.plus_cells, *env.ex_cells]) == [0, 1, 2, 3]


def test_options_may_be_lists_and_arrays():
    env = GoalGridWorldEnv(n_plus=2)
    for locations in ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]]), ((1, 2), np.array([3, 4]))):
        env.reset(options={"plus": locations, "agent": np.array([0, 0])})
        assert (env.agent_cell, env.plus_cells) == (0, (11, 23))


def test_reset_options_lead_back_to_a_state():
    env, other = GoalGridWorldEnv(n_plus=2), GoalGridWorldEnv(n_plus=2)
    for seed in range(20):
        env.reset(seed=seed)
        other.reset(options=env.reset_options(*env.placement))
        assert other.placement == env.placement


@pytest.mark.parametrize("action", [2, np.int64(2), np.int32(2), np.uint8(2), np.array(2)])
def test_integers_of_any_kind_are_actions(action):
    env = GoalGridWorldEnv()
    env.reset(options={"agent": (3, 3), "plus": [(0, 0)], "ex": [(4, 4)]})
    env.step(action)
    assert env.rules.grid.layout.location(env.agent_cell) == (2, 3)


@pytest.mark.parametrize(("action", "reward"), [(0, 1.0), (2, -1.0)])
def test_step_after_the_end_needs_a_reset(action, reward):
    env = GoalGridWorldEnv()
    env.reset(options={"agent": (1, 0), "plus": [(2, 0)], "ex": [(0, 0)], "goal": "plus"})
    assert env.step(action)[1:3] == (reward, True)
    with pytest.raises(ResetNeeded, match="reset"):
        env.step(0)
    env.reset()
    env.step(0)


def test_time_limit_is_in_the_registration_and_is_no_success(make):
    env = make(GOAL_ID)
    env.reset(options={"agent": (0, 0), "plus": [(4, 4)], "ex": [(4, 3)]})
    total = 0.0
    for step in range(1, 101):
        _, reward, terminated, truncated, info = env.step(2)
        assert (terminated, truncated, info["is_success"]) == (False, step == 100, False)
        total += reward
    assert total == pytest.approx(-1.0)


def test_masks_are_what_gymnasium_and_sb3_contrib_take(make):
    env = make(GOAL_ID, allow_stay=True)
    _, info = env.reset(options={"agent": (4, 0)})
    env.action_space.seed(0)
    assert {int(env.action_space.sample(info["action_mask"])) for _ in range(100)} == {1, 2, 4}
    assert is_masking_supported(env)
    masks = get_action_masks(env)
    assert (masks.dtype, masks.tolist()) == (bool, [False, True, True, False, True])
    envs = make_vec_env(GOAL_ID, 3, seed=0)
    envs.reset()
    assert is_masking_supported(envs)
    assert get_action_masks(envs).shape == (3, 4)
    envs.close()


def test_copies_and_pickles_of_a_running_environment_go_on_identically(make):
    env = make(GOAL_ID, n_plus=2)
    env.reset(seed=3)
    play(env, 50, seed=1)
    copies = [copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    expected = play(env, 300, seed=2)
    for twin in copies:
        assert same(play(twin, 300, seed=2), expected)


def test_copies_share_the_tables_and_pickles_do_not_hold_them():
    env = GoalGridWorldEnv(size=20, image_shape=(200, 200))
    env.reset(seed=0)
    for twin in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert twin.rules is env.rules
        assert twin.camera is env.camera
        assert twin._next_cell is env._next_cell
    # Its spaces take most of it.
    assert len(pickle.dumps(env)) < len(pickle.dumps(env.observation_space)) + 3000
    assert pickle.loads(pickle.dumps(GoalGridWorldEnv())).reset(seed=1)[1]["distance"] > 0


def test_environments_never_share_state():
    one, other, alone = GoalGridWorldEnv(), GoalGridWorldEnv(), GoalGridWorldEnv()
    alone.reset(seed=5)
    expected = play(alone, 200, seed=7)
    one.reset(seed=5)
    other.reset(seed=6)
    said = []
    for action in np.random.default_rng(7).integers(4, size=200):
        if other.step((action + 1) % 4)[2]:
            other.reset()
        said.append(one.step(action))
        if said[-1][2]:
            said.append(one.reset())
    assert same(said, expected)


def test_spec_round_trip(make):
    arguments = {"size": 4, "n_plus": 2, "n_ex": 0, "allow_stay": True, "image_shape": [50, 60]}
    env = make(GOAL_ID, **arguments)
    again = gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert again.spec == env.spec
    assert again.observation_space == env.observation_space
    assert same(env.reset(seed=1), again.reset(seed=1))
