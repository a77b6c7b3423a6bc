"""The planner against Gymnasium's own transition dicts, networkx and simulation, and against itself."""

import itertools
import math

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_layouts import layouts

from gym_gridworld import GridWorldEnv
from gym_gridworld.dynamics import dynamics_of, open_grid
from gym_gridworld.layouts import Layout, open_layout, read_layout
from gym_gridworld.planning import (
    DecisionProcess,
    backward_induction,
    decision_process,
    distances,
    evaluate,
    shortest_paths,
    solve,
    steps_of,
)

# The toy-text environments number rows from the top; what their actions are called here.
FROZEN_LAKE_ACTIONS = {2: 0, 3: 1, 0: 2, 1: 3}
CLIFF_ACTIONS = {1: 0, 0: 1, 3: 2, 2: 3}


def value_iteration(transitions, discount, horizon):
    """Plainly, over a dict of state -> action -> [(probability, next state, reward, terminated)]."""
    ends = {s for of_state in transitions.values() for o in of_state.values() for _, s, _, done in o if done}
    values = dict.fromkeys(transitions, 0.0)
    for _ in range(horizon):
        q_values = {
            (state, action): sum(
                p * (reward + (0.0 if done else discount * values[successor]))
                for p, successor, reward, done in outcomes
            )
            for state, of_state in transitions.items()
            if state not in ends
            for action, outcomes in of_state.items()
        }
        new = {s: 0.0 if s in ends else max(q_values[s, a] for a in of_state) for s, of_state in transitions.items()}
        if new == values:
            break
        values = new
    return values, q_values


def with_rewards(transitions, change):
    """The same transitions, their rewards and ends changed: ``change(reward, terminated)`` gives both anew."""
    return {
        state: {
            action: [(p, successor, *change(reward, done)) for p, successor, reward, done in outcomes]
            for action, outcomes in of_state.items()
        }
        for state, of_state in transitions.items()
    }


def converted(transitions):
    """The same dict as a decision process with one target."""
    shape = len(transitions), len(transitions[0])
    width = max(len(outcomes) for of_state in transitions.values() for outcomes in of_state.values())
    successors, probabilities = np.zeros((*shape, width), int), np.zeros((*shape, width))
    rewards, arrivals, terminal = np.zeros((*shape, 1)), np.zeros((*shape, 1)), np.zeros((shape[0], 1), bool)
    for state, of_state in transitions.items():
        for action, outcomes in of_state.items():
            for outcome, (p, successor, reward, done) in enumerate(outcomes):
                successors[state, action, outcome], probabilities[state, action, outcome] = successor, p
                rewards[state, action] += p * reward
                terminal[successor] |= done
    rewards[terminal[:, 0]] = 0.0
    return DecisionProcess(successors, probabilities, rewards, arrivals, terminal)


TOY_TEXT = {
    "CliffWalking": ("CliffWalking-v1", {}, [(0.9, None), (1.0, 60), (0.95, 20)]),
    "CliffWalking, slippery": ("CliffWalking-v1", {"is_slippery": True}, [(0.9, None), (0.99, 100)]),
    "FrozenLake 4x4": ("FrozenLake-v1", {}, [(0.95, None), (0.99, None), (1.0, 100), (0.99, 7)]),
    "FrozenLake 8x8": ("FrozenLake-v1", {"map_name": "8x8"}, [(0.99, None), (1.0, 200)]),
    "FrozenLake, not slippery": ("FrozenLake-v1", {"is_slippery": False}, [(0.9, None), (0.9, 100)]),
}
TOY_TEXT_CASES = [
    pytest.param(env_id, arguments, discount, horizon, id=f"{name}, {discount}, {horizon}")
    for name, (env_id, arguments, cases) in TOY_TEXT.items()
    for discount, horizon in cases
]


@pytest.mark.parametrize(("env_id", "arguments", "discount", "horizon"), TOY_TEXT_CASES)
def test_values_of_gymnasiums_own_environments(env_id, arguments, discount, horizon):
    transitions = gym.make(env_id, **arguments).unwrapped.P
    values, q_values = value_iteration(transitions, discount, horizon or 5000)
    process = converted(transitions)
    solution = solve(process, discount, horizon or math.inf)
    np.testing.assert_allclose(solution.values[:, 0], [values[state] for state in transitions], rtol=0, atol=1e-8)
    for (state, action), value in q_values.items():
        assert solution.q_values[state, action, 0] == pytest.approx(value, abs=1e-8)


@pytest.mark.parametrize(("discount", "horizon"), [(0.95, None), (0.99, None), (1.0, 100), (0.99, 7)])
@pytest.mark.parametrize("name", ["4x4", "8x8"])
def test_slippery_maps_are_frozen_lakes(name, discount, horizon):
    frozen_lake = gym.make("FrozenLake-v1", map_name=name).unwrapped
    symbols = {b"S": ".", b"F": ".", b"H": "~", b"G": "T"}
    layout = Layout(tuple("".join(symbols[symbol] for symbol in row) for row in frozen_lake.desc))
    solution = solve(decision_process(dynamics_of(layout), slip=2 / 3), discount, horizon or math.inf)
    # A hole ends the episode there as a pit does here, only that it costs nothing.
    transitions = with_rewards(frozen_lake.P, lambda reward, done: (-1.0 if done and not reward else reward, done))
    values, q_values = value_iteration(transitions, discount, horizon or 5000)
    compare(layout, solution, values, q_values, FROZEN_LAKE_ACTIONS)


@pytest.mark.parametrize(("discount", "horizon"), [(0.9, None), (0.99, None), (1.0, 100), (0.9, 11)])
@pytest.mark.parametrize("slip", [False, True])
def test_the_cliff_is_cliff_walking(slip, discount, horizon):
    cliff_walking = gym.make("CliffWalking-v1", is_slippery=slip).unwrapped
    layout = read_layout("cliff")
    solution = solve(decision_process(dynamics_of(layout), slip=2 / 3 * slip), discount, horizon or math.inf)

    # A step costs 1 there, a fall 100, and it leads back to the start; here a fall costs 1 and ends the episode.
    def change(reward, done):
        return (1.0, True) if done else (-1.0, True) if reward == -100 else (0.0, False)

    transitions = cliff_walking.P
    # Falling ends up in the start, which is not the end of anything: a state of its own for it.
    bottom = len(transitions)
    changed = with_rewards(transitions, change)
    for of_state in changed.values():
        for outcomes in of_state.values():
            outcomes[:] = [(p, bottom if r == -1.0 else s, r, done) for p, s, r, done in outcomes]
    changed[bottom] = {action: [(1.0, bottom, 0.0, True)] for action in range(4)}
    values, q_values = value_iteration(changed, discount, horizon or 5000)
    del values[bottom]
    compare(layout, solution, values, q_values, CLIFF_ACTIONS)


def compare(layout, solution, values, q_values, actions):
    for state in values:
        row, column = divmod(state, layout.width)
        cell = (layout.height - 1 - row) * layout.width + column
        if layout.symbols[cell] in "~T":
            continue
        assert solution.values[cell, 0] == pytest.approx(values[state], abs=1e-8)
        for theirs, ours in actions.items():
            assert solution.q_values[cell, ours, 0] == pytest.approx(q_values[state, theirs], abs=1e-8)


@settings(deadline=None, max_examples=100)
@given(layouts())
def test_distances_are_those_of_one_target_at_a_time(layout):
    dynamics = dynamics_of(layout)
    expected = np.stack([dynamics.distances_to(target) for target in layout.targets.tolist()], axis=1)
    np.testing.assert_array_equal(distances(dynamics), expected)


@settings(deadline=None, max_examples=100)
@given(layouts(), st.sampled_from([(0.5, math.inf), (0.9, math.inf), (0.9, 1), (0.9, 2), (0.9, 5), (1.0, 5)]))
def test_the_closed_form_is_what_sweeps_converge_to(layout, discount_and_horizon):
    discount, horizon = discount_and_horizon
    dynamics = dynamics_of(layout)
    swept = solve(decision_process(dynamics), discount, horizon)
    closed = shortest_paths(dynamics, discount, horizon)
    for name in ("q_values", "values", "arrival"):
        np.testing.assert_allclose(getattr(closed, name), getattr(swept, name), rtol=0, atol=1e-9, err_msg=name)
    if discount < 1.0:
        # Without a discount, a way round is as good, and the sweeps may take it.
        np.testing.assert_allclose(closed.steps, swept.steps, rtol=0, atol=1e-9)
        np.testing.assert_array_equal(closed.optimal_actions(), swept.optimal_actions())


@settings(deadline=None, max_examples=100)
@given(layouts(), st.integers(0, 2**32))
def test_steps_of_a_policy_are_those_of_playing_it(layout, seed):
    dynamics = dynamics_of(layout)
    actions = np.random.default_rng(seed).integers(4, size=(dynamics.n_cells, len(layout.targets)))
    steps, falls = steps_of(dynamics, actions)
    for column, target in enumerate(layout.targets.tolist()):
        for start in range(dynamics.n_cells):
            cell, played = start, 0
            while cell not in {target, *dynamics.pits} and played <= dynamics.n_cells:
                cell, played = int(dynamics.next_cell[cell, actions[cell, column]]), played + 1
            assert steps[start, column] == (played if cell == target else math.inf)
            assert falls[start, column] == (played if cell in dynamics.pits else math.inf)
    # Sweeps say the same of how likely it is to arrive, and when.
    swept = evaluate(decision_process(dynamics), actions, 0.9)
    inside = (layout.regions[:, None] >= 0) & (np.arange(dynamics.n_cells)[:, None] != layout.targets)
    np.testing.assert_array_equal(swept.arrival[inside], np.isfinite(steps)[inside])
    np.testing.assert_allclose(swept.steps[inside], np.where(np.isfinite(steps), steps, np.nan)[inside])


def test_a_horizon_counts_the_last_step():
    dynamics = dynamics_of(read_layout("A...T"))
    for horizon, arrives in ((3, 0.0), (4, 1.0), (5, 1.0)):
        assert shortest_paths(dynamics, 0.9, horizon).arrival[0, 0] == arrives
        assert solve(decision_process(dynamics), 0.9, horizon).arrival[0, 0] == arrives


def test_what_is_best_depends_on_the_steps_left():
    layout = read_layout("cliff")
    process = decision_process(dynamics_of(layout), slip=0.1)
    solutions = list(itertools.islice(backward_induction(process, 1.0), 60))
    for number, solution in enumerate(solutions, 1):
        np.testing.assert_allclose(solve(process, 1.0, number).q_values, solution.q_values, rtol=0, atol=1e-12)
    # With time to spare the agent keeps away from the edge; without, it walks along.
    above_the_edge = layout.width + 8
    best = [np.flatnonzero(solution.optimal_actions()[above_the_edge, :, 0]).tolist() for solution in solutions]
    assert (best[4], best[59]) == ([0], [1])
    returns = [solution.values[int(layout.starts[0]), 0] for solution in solutions]
    assert returns == sorted(returns)


@settings(deadline=None, max_examples=50)
@given(layouts(), st.integers(0, 2**32), st.sampled_from([0.0, 0.3]), st.sampled_from([3, 20]))
def test_no_policy_is_better_than_the_best(layout, seed, slip, horizon):
    process = decision_process(dynamics_of(layout), slip=slip)
    random = np.random.default_rng(seed)
    cells, actions, targets = process.rewards.shape
    best = solve(process, 0.9, horizon)
    deterministic = random.integers(actions, size=(cells, targets))
    stochastic = random.dirichlet(np.ones(actions), size=(cells, targets)).swapaxes(1, 2)
    for policy in (deterministic, stochastic):
        assert (evaluate(process, policy, 0.9, horizon).values <= best.values + 1e-12).all()
    # A deterministic policy is a stochastic one that is sure of itself.
    sure = np.eye(actions)[deterministic].swapaxes(1, 2)
    one, other = (evaluate(process, policy, 0.9, horizon) for policy in (deterministic, sure))
    for name in ("values", "q_values", "arrival", "steps"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=0, atol=1e-12)


def test_the_greedy_policy_of_the_best_values_achieves_them():
    process = decision_process(dynamics_of(read_layout("four_rooms")), slip=0.2)
    best = solve(process, 0.95)
    achieved = evaluate(process, best.q_values.argmax(axis=1), 0.95)
    np.testing.assert_allclose(achieved.values, best.values, rtol=0, atol=1e-8)


@pytest.mark.parametrize("limit", [12, 100])
@pytest.mark.parametrize("stochastic", [False, True])
def test_simulated_returns_lie_around_the_exact_value(limit, stochastic):
    layout = read_layout(["..~..", "A#..T", "....~"])
    process = decision_process(dynamics_of(layout), slip=0.3)
    random = np.random.default_rng(1)
    if stochastic:
        policy = random.dirichlet(np.ones(4), size=(15, 1)).swapaxes(1, 2)
    else:
        policy = solve(process, 0.97).q_values.argmax(axis=1)
    exact = evaluate(process, policy, 0.97, limit)
    env = GridWorldEnv(layout=layout, slip=0.3)
    env.reset(seed=2)
    returns, arrived = np.zeros(10_000), np.full(10_000, np.nan)
    for episode in range(len(returns)):
        env.reset()
        for step in range(limit):
            shares = policy[env.agent_cell, :, 0] if stochastic else None
            action = random.choice(4, p=shares) if stochastic else policy[env.agent_cell, 0]
            _, reward, terminated, _, _ = env.step(action)
            returns[episode] += 0.97**step * reward
            if terminated:
                arrived[episode] = step + 1 if reward > 0 else np.nan
                break
    start = int(layout.starts[0])
    success = np.isfinite(arrived)
    steps = arrived[success]
    # Four standard errors.
    for simulated, expected in ((returns, exact.values), (success, exact.arrival), (steps, exact.steps)):
        assert abs(simulated.mean() - expected[start, 0]) <= 4 * simulated.std() / len(simulated) ** 0.5


def test_some_targets_are_the_same_as_all():
    dynamics = open_grid(4)
    some = np.array([3, 9])
    whole, part = decision_process(dynamics, slip=0.1), decision_process(dynamics, some, slip=0.1)
    np.testing.assert_array_equal(solve(part, 0.9, 9).q_values, solve(whole, 0.9, 9).q_values[:, :, some])
    np.testing.assert_array_equal(
        shortest_paths(dynamics, 0.9, targets=some).values, shortest_paths(dynamics, 0.9).values[:, some]
    )


def test_a_sum_without_end_is_no_value():
    for_ever = converted({0: {0: [(1.0, 0, -1.0, False)]}, 1: {0: [(1.0, 1, 0.0, True)]}})
    with pytest.raises(ValueError, match="the reward sums up without end"):
        evaluate(for_ever, np.zeros((2, 1), int), 1.0)
    assert evaluate(for_ever, np.zeros((2, 1), int), 0.5).values[0, 0] == pytest.approx(-2.0)


@settings(deadline=None, max_examples=30)
@given(layouts(), st.integers(0, 2**32), st.sampled_from([0.0, 0.3]), st.sampled_from([0.0, 0.6, 0.95, 1.0]))
def test_without_a_horizon_is_the_limit_of_long_ones(layout, seed, slip, discount):
    process = decision_process(dynamics_of(layout), slip=slip)
    policy = np.random.default_rng(seed).integers(4, size=process.terminal.shape)
    exact = evaluate(process, policy, discount)
    long, longer = (evaluate(process, policy, discount, horizon) for horizon in (400, 500))
    if discount < 1.0:
        np.testing.assert_allclose(exact.values, longer.values, rtol=0, atol=1e-8)
        np.testing.assert_allclose(exact.q_values, longer.q_values, rtol=0, atol=1e-8)
    # Some policies take their time: those that have not settled by then only come closer.
    assert (longer.arrival <= exact.arrival + 1e-9).all()
    settled = (np.abs(longer.arrival - long.arrival) < 1e-14) & (exact.arrival > 0)
    np.testing.assert_allclose(exact.arrival[settled], longer.arrival[settled], rtol=0, atol=1e-9)
    np.testing.assert_allclose(exact.steps[settled], longer.steps[settled], rtol=1e-6)


def test_a_policy_that_takes_its_time_arrives():
    # To the right for ever; only by slipping does it come up to the corner, where the target is.
    process = decision_process(open_grid(10), np.array([99]), slip=0.01)
    exact = evaluate(process, np.zeros((100, 1), int), 0.99)
    np.testing.assert_allclose(exact.arrival[:99], 1.0)
    assert exact.steps[0, 0] > 1000


@pytest.mark.parametrize("discount", [0.999, 1 - 1e-7, 1 - 1e-12])
def test_a_discount_near_1_comes_to_an_end(discount):
    solution = solve(decision_process(dynamics_of(read_layout("random:5:0.3:2")), slip=0.3), discount)
    inside = ~np.isnan(solution.steps)
    np.testing.assert_allclose(solution.arrival[inside], 1.0)


@pytest.mark.parametrize(("layout", "discount"), [("maze", 0.5), ("maze", 0.8), ("random:12:0.35:3", 0.5)])
@pytest.mark.parametrize("slip", [0.2, 2 / 3])
def test_far_from_the_target_not_everything_is_optimal(layout, discount, slip):
    process = decision_process(dynamics_of(read_layout(layout)), slip=slip)
    for solution in (solve(process, discount), solve(process, discount, 300)):
        alive = (solution.values > 0) & ~process.terminal
        best = solution.optimal_actions()
        assert (best.sum(axis=1)[alive] < 4).all()
        values = solution.q_values.swapaxes(1, 2)[alive]
        expected = values >= values.max(axis=1, keepdims=True) * (1 - 1e-9)
        np.testing.assert_array_equal(best.swapaxes(1, 2)[alive], expected)


PROCESS = decision_process(open_grid(2))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: decision_process(open_grid(2), slip=1.5), "slip must be a number from 0 to 1, got 1.5"),
        (lambda: solve(PROCESS, 1.0), "without a horizon, discount must be below 1"),
        (lambda: solve(PROCESS, 1.1), "discount must be a number from 0 to 1, got 1.1"),
        (lambda: solve(PROCESS, math.nan), "discount must be a number from 0 to 1, got nan"),
        (lambda: solve(PROCESS, 0.9, 0), "horizon must be a whole number of steps, at least 1, or infinity, got 0"),
        (lambda: shortest_paths(open_grid(2), 0.9, 2.5), "horizon must be .* got 2.5"),
        (lambda: backward_induction(PROCESS, -0.1), "discount must be .* got -0.1"),
        (lambda: evaluate(PROCESS, np.zeros((4, 3), int), 0.9), r"integer array of shape \(4, 4\).*\(4, 3\)"),
        (lambda: evaluate(PROCESS, np.full((4, 4), 4), 0.9), "actions are 0 to 3, got 4 to 4"),
        (lambda: evaluate(PROCESS, np.full((4, 4, 4), 0.3), 0.9), "must sum to 1"),
        (lambda: evaluate(PROCESS, np.zeros((4, 4)), 0.9), "got float64 of shape"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_the_open_grid_of_the_layout_module_is_the_dynamics_one():
    assert dynamics_of(open_layout(3)) is open_grid(3)


@pytest.mark.parametrize("targets", [[99], [-1], [[0]], [1]])
def test_targets_must_be_floor(targets):
    dynamics = dynamics_of(read_layout("cliff"))
    targets = np.array(targets)
    for planned in (distances, decision_process, lambda *given: shortest_paths(given[0], 0.9, targets=given[1])):
        with pytest.raises(ValueError, match="targets must be numbers of floor cells, from 0 to 47, got"):
            planned(dynamics, targets)
