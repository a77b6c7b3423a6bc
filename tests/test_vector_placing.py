"""Placing agents and targets by reset options, in all environments or in some."""

from functools import partial

import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode
from twin_envs import assert_same

from gym_gridworld import GoalGridWorldVectorEnv, GridWorldEnv, GridWorldVectorEnv

AGENTS = np.array([[0, 0], [4, 4], [2, 1], [3, 0]])
TARGETS = np.array([[4, 1], [4, 0], [4, 2], [4, 3]])
SOME = np.array([True, False, True, False])
LEFT = [2] * 4
# Nobody gets there by going left.
TARGETS_ON_THE_RIGHT = ["....T"] * 5


def observed(envs, name, **arguments):
    return envs.reset(**arguments)[0][name].tolist()


@pytest.mark.parametrize("agent", [(2, 3), [2, 3], np.array([2, 3]), (np.int32(2), np.uint8(3))], ids=repr)
def test_one_location_for_all(agent):
    assert observed(GridWorldVectorEnv(4), "agent", options={"agent": agent}) == [[2, 3]] * 4


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8])
def test_a_location_for_each(dtype):
    envs = GridWorldVectorEnv(4)
    observations, infos = envs.reset(options={"agent": AGENTS.astype(dtype), "target": TARGETS.astype(dtype)})
    assert_same(observations, {"agent": AGENTS, "target": TARGETS})
    assert infos["distance"].tolist() == np.abs(AGENTS - TARGETS).sum(axis=1).tolist()
    mixed = {"agent": (1, 0), "target": TARGETS}
    assert_same(envs.reset(options=mixed)[0], {"agent": np.array([[1, 0]] * 4), "target": TARGETS})


def test_two_rows_of_two_are_a_location_for_each_of_two():
    assert observed(GridWorldVectorEnv(2), "agent", options={"agent": AGENTS[:2]}) == AGENTS[:2].tolist()


@pytest.mark.parametrize("options", [{"agent": (2, 3)}, {"target": TARGETS}, {"agent": AGENTS, "target": (4, 3)}])
def test_with_a_seed_the_other_is_drawn_as_in_the_scalar_environment(options):
    observations, _ = GridWorldVectorEnv(4).reset(seed=7, options=options)
    for index in range(4):
        own = {name: value[index] if np.ndim(value) == 2 else value for name, value in options.items()}
        expected, _ = GridWorldEnv().reset(seed=7 + index, options=own)
        assert_same({name: array[index] for name, array in observations.items()}, expected)


@pytest.mark.parametrize(("placed", "drawn"), [("agent", "target"), ("target", "agent")])
def test_without_a_seed_the_other_is_drawn_uniformly_elsewhere(placed, drawn):
    envs = GridWorldVectorEnv(6000, size=2)
    envs.reset(seed=0)
    cells, counts = np.unique(observed(envs, drawn, options={placed: (1, 0)}), axis=0, return_counts=True)
    assert cells.tolist() == [[0, 0], [0, 1], [1, 1]]
    assert ((counts - 2000) ** 2 / 2000).sum() < 13.8  # 99.9th percentile, 2 degrees


def test_placed_starts_are_for_this_reset_only():
    envs = GridWorldVectorEnv(100)
    envs.reset(seed=0, options={"agent": (0, 0)})
    assert len(set(map(tuple, observed(envs, "agent")))) > 15


def test_what_the_caller_passed_is_not_changed():
    options = {"agent": AGENTS.copy(), "target": TARGETS.copy(), "reset_mask": SOME.copy()}
    seeds = [1, None, 2, 3]
    envs = GridWorldVectorEnv(4)
    envs.reset(seed=seeds)
    _, infos = envs.reset(seed=seeds, options=options)
    envs.step(LEFT)
    assert_same(options, {"agent": AGENTS, "target": TARGETS, "reset_mask": SOME})
    assert seeds == [1, None, 2, 3]
    options["reset_mask"][:] = False
    options["agent"][:] = 3
    assert infos["distance"].tolist() == [5.0, 0.0, 3.0, 0.0]
    assert infos["_distance"].tolist() == SOME.tolist()


def masked_and_left_alone(mode, **arguments):
    """Two that did the same, of which the first then has a reset of some."""
    make = partial(GridWorldVectorEnv, layout=TARGETS_ON_THE_RIGHT, max_episode_steps=5, autoreset_mode=mode)
    pair = [make(4), make(4)]
    for envs in pair:
        envs.reset(seed=0, options={"agent": (0, 0), "target": (4, 4)})
        for _ in range(2):
            envs.step([2, 1, 2, 1])
    options = {"reset_mask": SOME, **arguments.pop("options", {})}
    return *pair, pair[0].reset(options=options, **arguments)


MORE = {
    "alone": {},
    "with seeds": {"seed": [3, 4, 5, 6]},
    "with a seed": {"seed": 3},
    "with places": {"options": {"agent": AGENTS, "target": (4, 1)}},
    "with both": {"seed": 3, "options": {"target": TARGETS}},
}


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("arguments", MORE.values(), ids=MORE)
def test_a_mask_leaves_the_others_alone(arguments, mode):
    envs, alone, (observations, infos) = masked_and_left_alone(mode, **arguments)
    others = ~SOME
    for name in ("agent", "target"):
        expected = getattr(alone, f"{name}_cells")[others]
        np.testing.assert_array_equal(getattr(envs, f"{name}_cells")[others], expected)
        np.testing.assert_array_equal(observations[name][others], alone.dynamics.locations[expected])
    assert infos["_distance"].tolist() == SOME.tolist()
    assert infos["distance"][others].tolist() == [0.0, 0.0]
    assert (infos["distance"][SOME] > 0).all()
    for _ in range(3):
        observations, *flags, _ = envs.step(LEFT)
        expected, *expected_flags, _ = alone.step(LEFT)
        assert_same([array[others] for array in flags], [array[others] for array in expected_flags])
        # A reset in the same step draws another start in each of the two.
        if not flags[-1].any():
            assert_same(observations["agent"][others], expected["agent"][others])
            assert_same(observations["target"][others], expected["target"][others])


def test_a_mask_gives_the_masked_all_their_steps_and_the_others_the_rest_of_theirs():
    envs, _, _ = masked_and_left_alone(AutoresetMode.NEXT_STEP, options={"agent": (0, 0), "target": (4, 4)})
    truncated = [envs.step(LEFT)[3].tolist() for _ in range(5)]
    first_to_end, masked = [False, True, False, True], SOME.tolist()
    assert truncated == [[False] * 4, [False] * 4, first_to_end, [False] * 4, masked]


@pytest.mark.parametrize("arguments", [{"seed": 3}, {"seed": [3, 9, 5, 9]}])
def test_a_mask_with_seeds_starts_the_masked_as_the_scalar_environment(arguments):
    _, _, (observations, _) = masked_and_left_alone(AutoresetMode.NEXT_STEP, **arguments)
    for index in np.flatnonzero(SOME):
        expected, _ = GridWorldEnv(layout=TARGETS_ON_THE_RIGHT).reset(seed=3 + int(index))
        assert_same({name: array[index] for name, array in observations.items()}, expected)


def test_a_mask_takes_the_places_of_the_masked_and_does_not_look_at_the_others():
    agents = np.where(SOME[:, None], AGENTS, 99)
    _, _, (observations, _) = masked_and_left_alone(AutoresetMode.NEXT_STEP, options={"agent": agents})
    assert observations["agent"][SOME].tolist() == AGENTS[SOME].tolist()


def test_a_mask_of_all_is_a_reset():
    masked, plain = GridWorldVectorEnv(4), GridWorldVectorEnv(4)
    assert_same(masked.reset(seed=3, options={"reset_mask": np.ones(4, bool)}), plain.reset(seed=3))
    assert_same(masked.step(LEFT), plain.step(LEFT))


def test_an_ended_episode_that_was_reset_is_not_reset_again():
    envs = GridWorldVectorEnv(4, layout="A....T", max_episode_steps=1)
    envs.reset()
    envs.step([0, 0, 0, 0])
    envs.reset(options={"reset_mask": SOME})
    observations, *_ = envs.step([0, 0, 0, 0])
    # The first step of the new episode of those, and the reset of the others.
    assert observations["agent"][:, 0].tolist() == [1, 0, 1, 0]


def test_without_autoreset_all_that_ended_must_be_reset():
    envs = GridWorldVectorEnv(4, layout="A....T", max_episode_steps=1, autoreset_mode="Disabled")
    envs.reset()
    envs.step([0, 0, 0, 0])
    envs.reset(options={"reset_mask": SOME})
    with pytest.raises(ResetNeeded, match="environment 1 has ended"):
        envs.step([0, 0, 0, 0])
    envs.reset(options={"reset_mask": ~SOME})
    assert envs.step([0, 0, 0, 0])[0]["agent"][:, 0].tolist() == [1, 1, 1, 1]


def test_goals_are_placed_in_all_and_in_each():
    envs = GoalGridWorldVectorEnv(3)
    envs.reset(options={"agent": (0, 0), "plus": [(1, 0)], "ex": [(2, 0)], "goal": "ex"})
    assert [part.tolist() for part in envs.states()] == [[0] * 3, [[1]] * 3, [[2]] * 3, [1] * 3]
    agents, plus = np.array([[0, 1], [0, 2], [0, 3]]), np.array([[[1, 1]], [[2, 2]], [[3, 3]]])
    envs.reset(options={"agent": agents, "plus": plus, "ex": [(4, 4)], "goal": np.array(["plus", "ex", "plus"])})
    assert [part.tolist() for part in envs.states()] == [[5, 10, 15], [[6], [12], [18]], [[24]] * 3, [0, 1, 0]]
    assert envs.reset_options(1) == {"agent": (0, 2), "plus": [(2, 2)], "ex": [(4, 4)], "goal": "ex"}
