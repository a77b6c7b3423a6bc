"""Learning curves are those of the zoo's log folders."""

import numpy as np
import pytest
from conftest import ENV_ID
from test_plots import artists

from gym_gridworld import plots
from gym_gridworld.plots.curves import bin_edges, binned, evaluations, mean_and_band
from gym_gridworld.sb3.curves import load_histories, load_history, optimal_length


def test_steps_of_all_environments_count(write_run):
    history = load_history(write_run(0, [(1.0, 3), (0.0, 5)], [(0.5, 7)], []))
    # Three environments, at their own steps 0, 0 and 3.
    assert history.steps.tolist() == [0, 0, 9]
    assert history.returns.tolist() == [1.0, 0.5, 0.0]
    assert history.lengths.tolist() == [3, 7, 5]
    assert (history.algo, history.env_id, history.env_kwargs) == ("dqn", ENV_ID, {})
    assert history.optimality.shape == (0, 2)


def test_bins_are_means_and_gaps_are_bridged(write_run):
    history = load_history(write_run(0, [(1.0, 5), (0.0, 5), (1.0, 20), (1.0, 10)]))
    np.testing.assert_allclose(binned([history], "returns", np.linspace(0, 50, 6)), [[0.5, 1.0, 1.0, 1.0, np.nan]])
    assert bin_edges([history]).tolist() == [0.0, 30.0]


def test_the_first_episodes_are_not_only_the_short_ones(write_run):
    # Half of the environments arrive at once, the others run out of time: from the start, half of the episodes fail.
    history = load_history(write_run(0, [(1.0, 2)] * 60, [(0.0, 100)]))
    returns = binned([history], "returns", np.linspace(0, 240, 13))
    assert returns[0, 0] < 1.0
    assert history.steps.max() < 200  # then an episode is under way that may last


def test_evaluations_at_common_steps(write_run):
    runs = [write_run(0, [(1, 4)], optimality=[(0, 0.0), (20, 1.0)]), write_run(1, [(1, 4)], optimality=[(10, 0.5)])]
    steps, shares = evaluations(load_histories(runs))
    assert steps.tolist() == [0, 10, 20]
    np.testing.assert_array_equal(shares, [[0.0, 0.5, 1.0], [np.nan, 0.5, np.nan]])


def test_the_band_covers_the_mean_of_the_seeds():
    random = np.random.default_rng(0)
    mean, low, high = mean_and_band(random.normal(3.0, 1.0, (20, 200)))
    # Of 200 intervals of 95%, and the bootstrap's are a little narrow.
    assert 0.86 < ((low < 3.0) & (high > 3.0)).mean() < 0.99
    assert ((low < mean) & (mean < high)).all()
    once = np.array([[1.0, 2.0]])
    np.testing.assert_array_equal(mean_and_band(once), [once[0]] * 3)
    mean, low, high = mean_and_band(np.array([[1.0, 1.0, np.nan], [1.0, 3.0, 2.0]]))
    np.testing.assert_array_equal([mean, low, high], [[1.0, 2.0, np.nan], [1.0, 1.0, np.nan], [1.0, 3.0, np.nan]])


def test_learning_curves(write_run):
    runs = [write_run(n, [(1, 4)] * 40, optimality=[(0, 0.2), (100, 0.6 + n / 10)]) for n in range(3)]
    figure = plots.learning_curves(load_histories(runs))
    assert len(figure.axes) == 3
    _, lengths, optimality = figure.axes
    (mean,) = artists(optimality, "mean")
    np.testing.assert_allclose(mean.get_ydata(), [0.2, 0.7])
    assert len(artists(optimality, "run")) == 3
    assert len(artists(optimality, "band")) == 1
    (optimum,) = [line for line in lengths.lines if "optimum" in str(line.get_label())]
    np.testing.assert_allclose(optimum.get_ydata(), 10 / 3)


def test_one_seed_is_a_plain_line(write_run):
    figure = plots.learning_curves(load_histories([write_run(0, [(1, 4)] * 40)]))
    assert len(figure.axes) == 2
    assert artists(figure, "band") == artists(figure, "run") == []
    assert len(artists(figure, "mean")) == 2


def test_each_algorithm_has_its_line(write_run):
    runs = [write_run(number, [(1, 4)] * 9, algo=algo) for number, algo in enumerate(["dqn", "ppo", "dqn"])]
    (legend,) = plots.learning_curves(load_histories(runs)).legends
    assert [text.get_text() for text in legend.get_texts()] == ["DQN, 2 runs", "PPO, 1 run", "optimum, 3.33"]


def test_the_optimum_is_that_of_the_training(write_run):
    run = write_run(0, [(1, 4)], kwargs="{layout: corridor}")
    assert optimal_length(load_history(run)) == 14.0


# The command line


def test_other_environments_have_no_optimum(write_run):
    with pytest.raises(TypeError, match="trained in CartPole-v1"):
        optimal_length(load_history(write_run(0, [(1, 4)], env_id="CartPole-v1")))
    with pytest.raises(ValueError, match="trained in Nothing-v0, which cannot be made"):
        optimal_length(load_history(write_run(1, [(1, 4)], env_id="Nothing-v0")))
