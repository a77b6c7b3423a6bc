"""The optimum over all placements against brute force, and reports on policies whose optimality is known."""

import dataclasses
import json
import math

import gymnasium as gym
import numpy as np
import pytest
from conftest import ENV_ID, GOAL_ID
from gymnasium.wrappers import TimeLimit
from sb3_contrib import QRDQN
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.logger import configure
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv
from test_goal_env import distance, every_placement

from gym_gridworld import __main__ as cli
from gym_gridworld import planning
from gym_gridworld.goal_optimality import AllPlacements
from gym_gridworld.goal_report import GoalReport
from gym_gridworld.optimality import AllPairs, all_states, evaluate, optimal_fraction
from gym_gridworld.sb3 import runs
from gym_gridworld.sb3.callbacks import OptimalityCallback
from gym_gridworld.wrappers import GoalChannels

GAMES = [
    {"size": 2},
    {"size": 3},
    {"size": 3, "n_ex": 2, "allow_stay": True},
    {"size": 3, "n_plus": 2},
    {"size": 3, "n_plus": 0, "n_ex": 2},
    {"size": 2, "n_plus": 2, "n_ex": 0},
]


def in_words(placements, number):
    """A placement as a key: what the environment says of it."""
    options = placements.reset_options(number)
    return options["agent"], tuple(options["plus"]), tuple(options["ex"]), options["goal"]


def transitions(env):
    """What the environment itself does in every placement: (reward, where it goes on or None) of every action."""
    table = {}
    rules = env.unwrapped.rules
    for options in every_placement(rules.size, rules.n_plus, rules.n_ex):
        key = (options["agent"], tuple(options["plus"]), tuple(options["ex"]), options["goal"])
        table[key] = []
        for action in range(len(rules.actions)):
            env.reset(options=options)
            _, reward, terminated, _, _ = env.step(action)
            agent = rules.grid.layout.location(env.unwrapped.agent_cell)
            table[key].append((reward, None if terminated else (agent, *key[1:])))
    return table


def brute_force(table, discount, horizon):
    """The Q-values of every placement, by looking ahead step by step."""
    values = dict.fromkeys(table, 0.0)
    values[None] = 0.0
    for _ in range(horizon):
        q_values = {key: [reward + discount * values[to] for reward, to in moves] for key, moves in table.items()}
        values = {None: 0.0, **{key: max(of_actions) for key, of_actions in q_values.items()}}
    return q_values


@pytest.mark.parametrize("arguments", [game for game in GAMES if game != {"size": 3, "n_plus": 2}], ids=str)
def test_the_optimum_is_that_of_brute_force(make, arguments):
    env = make(GOAL_ID, **arguments)
    table = transitions(env)
    for discount, horizon in ((0.9, 100), (1.0, 3), (0.5, 1)):
        placements = AllPlacements(env, discount, horizon)
        keys = [in_words(placements, number) for number in range(len(placements))]
        assert sorted(keys) == sorted(table)
        undiscounted = brute_force(table, 1.0, horizon)
        expected = np.array([undiscounted[key] for key in keys])
        best = expected.max(axis=1)
        assert placements.optimal_return == pytest.approx(best.mean(), abs=1e-12)
        np.testing.assert_array_equal(placements.optimal, expected > best[:, None] - 1e-9)
        with_discount = brute_force(table, discount, horizon)
        solved = placements.discounted_optimum.q_values.swapaxes(1, 2)[placements._pairs]
        np.testing.assert_allclose(solved, [with_discount[key] for key in keys], atol=1e-12)


@pytest.mark.parametrize("arguments", [{}, {"size": 3, "n_ex": 2}, {"size": 4, "n_plus": 2}], ids=str)
def test_the_optimum_goes_the_shortest_way(make, arguments):
    env = make(GOAL_ID, **arguments)
    placements = AllPlacements(env)
    steps = placements.optimum.steps[placements._pairs]
    values = placements.optimum.values[placements._pairs]
    size = env.unwrapped.rules.size
    for number in range(0, len(placements), 1 if len(placements) < 5000 else 7):
        agent, plus, ex, goal = in_words(placements, number)
        shortest = distance(agent, *((plus, ex) if goal == "plus" else (ex, plus)), size)
        if shortest < math.inf:
            assert steps[number] == shortest
            assert values[number] == pytest.approx(1.0 - 0.01 * (shortest - 1), abs=1e-12)
        else:
            # Walled in: 100 steps of waiting cost what touching a wrong goal does.
            assert np.isnan(steps[number])
            assert values[number] == pytest.approx(-1.0)


def test_the_published_task():
    placements = AllPlacements(gym.make(GOAL_ID))
    assert len(placements) == 25 * 24 * 23 * 2
    lengths = [
        distance(agent, plus, ex, 5) for agent, plus, ex, goal in map(flat, every_placement(5, 1, 1)) if goal == "plus"
    ]
    assert placements.optimal_length == pytest.approx(np.mean(lengths))
    assert placements.optimal_return == pytest.approx(1.01 - 0.01 * np.mean(lengths))


def flat(options):
    return options["agent"], options["plus"], options["ex"], options["goal"]


@pytest.mark.parametrize("discount", [1.0, 0.9])
def test_without_a_time_limit_the_optimum_is_that_of_a_long_one(discount):
    env = gym.make(GOAL_ID, size=3, n_ex=2).unwrapped
    endless, long = AllPlacements(env, discount, math.inf), AllPlacements(env, discount, 1000)
    np.testing.assert_allclose(endless.optimum.values, long.optimum.values, atol=1e-12)
    np.testing.assert_array_equal(endless.optimal, long.optimal)
    solved, expected = (states.discounted_optimum.q_values for states in (endless, long))
    np.testing.assert_allclose(solved, expected, atol=1e-9)
    assert AllPlacements(env).horizon == math.inf
    nobody = evaluate(lambda observations: np.full(len(observations["goal"]), 2), env)
    assert nobody.mean_return == -math.inf
    assert json.loads(nobody.to_json())["mean_return"] is None


class Table:
    """A policy by a table of all placements, in the order in which they are looked at."""

    def __init__(self, actions):
        self.actions, self.next = actions, 0

    def predict(self, observations, *, deterministic):
        assert deterministic
        here, self.next = self.next, self.next + len(observations["goal"])
        return self.actions[here : self.next], None


@pytest.mark.parametrize("arguments", GAMES, ids=str)
def test_an_optimal_policy(make, arguments):
    env = make(GOAL_ID, **arguments)
    placements = AllPlacements(env)
    arrives = np.isfinite(placements.optimum.steps[placements._pairs])
    evaluation = placements.evaluate(Table(placements.optimal.argmax(axis=1)))
    report = evaluation.report
    assert (report.actions, report.success) == (1.0, arrives.mean())
    # Walled in, what is as good as the best with all steps left may not be so with fewer.
    error = 1e-12 if arrives.all() else 1e-5
    assert report.mean_return == pytest.approx(report.optimal_return, abs=error)
    assert report.return_share == pytest.approx(1.0, abs=error)
    assert (report.mean_regret, report.max_regret) == (0.0, 0.0)
    assert placements.fraction(Table(placements.optimal.argmax(axis=1))) == 1.0
    assert list(report.failures) == [placements.reset_options(number) for number in np.flatnonzero(~arrives)]


@pytest.mark.parametrize("horizon", [1, 4, 100])
@pytest.mark.parametrize("arguments", [{"size": 3}, {"size": 2, "n_ex": 2, "allow_stay": True}], ids=str)
def test_figures_are_those_of_playing(make, arguments, horizon):
    env = TimeLimit(make(GOAL_ID, **arguments).unwrapped, horizon)
    placements = AllPlacements(env, horizon=horizon)
    actions = np.random.default_rng(0).integers(placements.optimal.shape[1], size=len(placements))
    table = {in_words(placements, number): action for number, action in enumerate(actions)}
    evaluation = placements.evaluate(Table(actions))
    location = env.unwrapped.rules.grid.layout.location
    for number in range(0, len(placements), 1 if horizon < 100 else 5):
        agent, *board = in_words(placements, number)
        env.reset(options=placements.reset_options(number))
        gained, done = 0.0, False
        while not done:
            _, reward, terminated, truncated, info = env.step(table[(agent, *board)])
            agent = location(env.unwrapped.agent_cell)
            gained, done = gained + reward, terminated or truncated
        assert evaluation.returns[number] == pytest.approx(gained, abs=1e-12)
        assert evaluation.reached[number] == info["is_success"]
        assert evaluation.touched[number] == (reward == -1.0)
    report = evaluation.report
    assert report.mean_return == pytest.approx(evaluation.returns.mean())
    assert (report.success, report.wrong_goal) == (evaluation.reached.mean(), evaluation.touched.mean())
    assert len(report.failures) == (~evaluation.reached).sum() > 0


def test_one_wrong_placement_shows(make):
    placements = AllPlacements(make(GOAL_ID, size=3))
    actions = placements.optimal.argmax(axis=1)
    actions[17] = placements.optimal[17].argmin()
    evaluation = placements.evaluate(Table(actions))
    assert evaluation.report.actions == 1007 / 1008
    assert np.flatnonzero(~evaluation.optimal).tolist() == [17]


def test_a_detour_costs_its_steps(make):
    env = make(GOAL_ID, size=2, n_ex=0)
    # Round and round to the left: right, up, left, down from the corners.
    around = {(0, 0): 0, (1, 0): 1, (1, 1): 2, (0, 1): 3}
    placements = AllPlacements(env)
    actions = np.array([around[in_words(placements, number)[0]] for number in range(12)])
    report = placements.evaluate(Table(actions)).report
    # 1, 2 or 3 steps; the last could be 1.
    assert (report.success, report.mean_regret, report.max_regret) == (1.0, pytest.approx(2 / 3), 2.0)
    assert report.mean_return == pytest.approx(0.99)


def test_batches_are_bounded(make):
    env = GoalChannels(make(GOAL_ID, size=2))
    lengths = []

    def policy(observations):
        lengths.append(len(observations))
        return np.zeros(len(observations), int)

    assert AllPlacements(env, chunk=20).fraction(policy) == optimal_fraction(policy, env)
    assert lengths == [20, 20, 8, 48]


SMALL = {"size": 2, "image_shape": [36, 40]}


@pytest.mark.parametrize(("algorithm", "wrap"), [(DQN, GoalChannels), (QRDQN, GoalChannels), (DQN, lambda env: env)])
def test_a_network(make, algorithm, wrap):
    env = Monitor(wrap(make(GOAL_ID, **SMALL)))
    policy = "CnnPolicy" if wrap is GoalChannels else "MultiInputPolicy"
    model = algorithm(policy, env, gamma=0.7, buffer_size=10, seed=0, device="cpu")
    placements = AllPlacements(env, 0.7)
    evaluation = placements.evaluate(model)
    errors = []
    for number in range(len(placements)):
        observation, _ = env.reset(options=placements.reset_options(number))
        assert model.predict(observation, deterministic=True)[0] == evaluation.actions[number]
        tensor = model.policy.obs_to_tensor(observation)[0]
        values = model.q_net(tensor)[0] if algorithm is DQN else model.quantile_net(tensor)[0].mean(dim=0)
        errors.append(
            values.detach().numpy()
            - placements.discounted_optimum.q_values[:, :, placements._pairs[1][number]][placements.agents[number]]
        )
    report = evaluate(model, env)
    assert report == evaluation.report
    assert report.discount == 0.7
    assert report.q_error == pytest.approx(np.abs(errors).mean(), rel=1e-4)
    assert report.max_q_error == pytest.approx(np.abs(errors).max(), rel=1e-4)


def test_a_models_own_predict_counts_where_it_may_not_take_the_greatest(make):
    class Right(DQN):
        def predict(self, observation, *_, **__):
            return np.zeros(len(observation), np.int64), None

    env = GoalChannels(make(GOAL_ID, **SMALL))
    model = Right("CnnPolicy", env, buffer_size=10, seed=0, device="cpu")
    evaluation = AllPlacements(env).evaluate(model)
    assert not evaluation.actions.any()
    assert evaluation.report.q_error > 0


def test_a_network_for_other_images_is_refused(make):
    model = DQN("CnnPolicy", GoalChannels(make(GOAL_ID, **SMALL)), buffer_size=10, device="cpu")
    for env in (make(GOAL_ID, **SMALL), GoalChannels(make(GOAL_ID, size=2, image_shape=[40, 36]))):
        with pytest.raises(ValueError, match="the model's observation_space does not fit the environment"):
            evaluate(model, env)


def test_the_callback_follows_the_figures(tmp_path):
    def member():
        return Monitor(GoalChannels(gym.make(GOAL_ID, **SMALL)), str(tmp_path / "0"))

    model = DQN(
        "CnnPolicy", DummyVecEnv([member]), learning_starts=20, buffer_size=50, batch_size=4, seed=0, device="cpu"
    )
    model.set_logger(configure(str(tmp_path), ["csv"]))
    model.learn(60, callback=OptimalityCallback(frequency=30))
    header, *rows = (tmp_path / "optimality.csv").read_text().splitlines()
    names = header.split(",")
    assert names == ["environment_steps", "actions", "success", "wrong_goal", "mean_return", "mean_regret", "q_error"]
    assert [row.split(",")[0] for row in rows] == ["32", "60"]
    report = evaluate(model, GoalChannels(gym.make(GOAL_ID, **SMALL)))
    last = dict(zip(names, map(float, rows[-1].split(",")), strict=True))
    assert last == pytest.approx({"environment_steps": 60, **report.figures}, nan_ok=True)
    model.env.close()
    model.logger.close()


def test_a_model_without_q_values(make):
    env = GoalChannels(make(GOAL_ID, **SMALL))
    report = evaluate(PPO("CnnPolicy", env, n_steps=8, batch_size=8, seed=0, device="cpu"), env)
    assert (report.q_error, report.max_q_error) == (None, None)
    assert "Q-values" not in str(report)


REPORT = GoalReport(
    env_id=GOAL_ID,
    layout="5x5, 1 plus, 1 ex",
    placements=27_600,
    horizon=100,
    discount=0.9,
    actions=27_000 / 27_600,
    success=27_590 / 27_600,
    wrong_goal=1 / 27_600,
    mean_return=0.9700,
    optimal_return=0.9764,
    mean_regret=0.0012,
    max_regret=2.0,
    q_error=0.01,
    max_q_error=0.1,
    failures=tuple({"agent": (x, 0), "plus": [(0, 1)], "ex": [(2, 2)], "goal": "ex"} for x in range(5)),
)


def test_the_report_as_text():
    assert str(REPORT).splitlines() == [
        f"{GOAL_ID}, 5x5, 1 plus, 1 ex, 27,600 placements, time limit 100 steps, discount 0.9",
        "  greedy action optimal                    97.82%  27,000 of them",
        "  signalled goal reached                   99.96%  27,590 of them",
        "  other goal touched                        0.01%  1 of them",
        "  mean return                              0.9700  99.34% of the optimum, 0.9764",
        "  steps more than the optimum              0.0012  at most 2",
        "  error of the Q-values                      0.01  at most 0.1",
        "  fails from agent (0, 0), plus (0, 1), ex (2, 2), goal ex",
        "  fails from agent (1, 0), plus (0, 1), ex (2, 2), goal ex",
        "  fails from agent (2, 0), plus (0, 1), ex (2, 2), goal ex",
        "  and from 2 more",
    ]
    assert "far from the optimum, 0.9764" in str(dataclasses.replace(REPORT, mean_return=-0.5))
    assert "it never arrives" in str(dataclasses.replace(REPORT, mean_regret=math.nan))
    assert "fails" not in str(dataclasses.replace(REPORT, failures=()))
    assert math.isnan(dataclasses.replace(REPORT, optimal_return=-1.0).return_share)


def test_the_report_as_json():
    read = json.loads(REPORT.to_json())
    assert set(read) == {field.name for field in dataclasses.fields(REPORT)}
    assert (read["placements"], read["actions"], len(read["failures"])) == (27_600, REPORT.actions, 5)
    assert read["failures"][4] == {"agent": [4, 0], "plus": [[0, 1]], "ex": [[2, 2]], "goal": "ex"}


def test_failures_are_reset_options(make):
    env = make(GOAL_ID, size=3)
    report = evaluate(lambda observations: np.zeros(len(observations["goal"]), int), env)
    assert len(report.failures) == round((1 - report.success) * 1008)
    # As they are, and from JSON.
    for options in (report.failures[-1], json.loads(report.to_json())["failures"][-1]):
        env.reset(options=options)
        done = False
        while not done:
            _, _, terminated, truncated, info = env.step(0)
            done = terminated or truncated
        assert not info["is_success"]


def test_the_command(make, monkeypatch, capsys, tmp_path):
    env = make(GOAL_ID, size=3, disable_env_checker=True)

    def right(observations):
        return np.zeros(len(observations["goal"]), int)

    monkeypatch.setattr(runs, "load_run", lambda folder: runs.Run(folder, "dqn", GOAL_ID, right, env))
    cli.main(["optimality", str(tmp_path)])
    printed = capsys.readouterr().out
    report = evaluate(right, env)
    assert printed.startswith(str(report))
    assert f"Optimal: the greedy action in {round(report.actions * 1008)} of 1008 placements" in printed
    cli.main(["optimality", str(tmp_path), "--json"])
    assert json.loads(capsys.readouterr().out) == json.loads(report.to_json())


def test_each_environment_has_its_own_states(make):
    assert isinstance(all_states(make(GOAL_ID)), AllPlacements)
    assert isinstance(all_states(make(ENV_ID)), AllPairs)
    with pytest.raises(TypeError, match=r"pairs are those of a GridWorldEnv, got .*GoalGridWorld"):
        AllPairs(make(GOAL_ID))
    with pytest.raises(TypeError, match=r"placements are those of a GoalGridWorldEnv, got .*GridWorld-v0"):
        AllPlacements(make(ENV_ID))
    with pytest.raises(TypeError, match=r"GridWorldEnv and a GoalGridWorldEnv, got .*CartPole"):
        all_states(make("CartPole-v1"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"discount": 1.5}, "discount must be a number from 0 to 1, got 1.5"),
        ({"horizon": 0}, "horizon must be a whole number of steps, at least 1, or infinity, got 0"),
    ],
)
def test_out_of_range(make, arguments, said):
    with pytest.raises(ValueError, match=said):
        AllPlacements(make(GOAL_ID), **arguments)


def test_too_many_placements_are_refused_at_once(make):
    with pytest.raises(ValueError, match=r"may be 4,000,000: got 8,996,924,160 of 8x8, 3 plus, 2 ex"):
        AllPlacements(make(GOAL_ID, size=8, n_plus=3, n_ex=2))


def test_actions_that_there_are_not_are_refused(make):
    env = make(GOAL_ID, size=2)
    with pytest.raises(ValueError, match=r"actions from 0 to 3 .* got \[4\]"):
        evaluate(lambda observations: np.full(len(observations["goal"]), 4), env)
    env = make(GOAL_ID, size=2, allow_stay=True)
    stays = evaluate(lambda observations: np.full(len(observations["goal"]), 4), env)
    assert (stays.success, stays.mean_return) == (0.0, pytest.approx(-1.0))


def test_the_planner_takes_targets_and_pits_from_anywhere():
    """A corridor of four cells: both ends are targets, or one of them is a pit."""
    next_cell = np.array([[1, 0], [2, 0], [3, 1], [3, 2]])
    is_target = np.array([[True, True], [False, False], [False, False], [True, False]])
    is_pit = np.array([[False, False], [False, False], [False, False], [False, True]])
    process = planning.process_of(next_cell[:, :, None], np.ones((4, 2, 1)), is_target, is_pit, -0.1)
    solution = planning.solve(process, 1.0, 10)
    np.testing.assert_allclose(solution.values, [[0, 0], [1, 1], [1, 0.9], [0, 0]])
    np.testing.assert_allclose(solution.q_values[2], [[1.0, -1.0], [0.9, 0.9]])
    assert process.rewards[1].tolist() == [[-0.1, -0.1], [1.0, 1.0]]
    steps, falls = planning.steps_to_ends(next_cell, np.zeros((4, 2), int), is_target, is_pit)
    np.testing.assert_array_equal(steps, [[0, 0], [2, np.inf], [1, np.inf], [0, np.inf]])
    np.testing.assert_array_equal(falls, [[np.inf, np.inf], [np.inf, 2], [np.inf, 1], [np.inf, 0]])
