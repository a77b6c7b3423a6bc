"""Distances of many pairs: in closed form, from the table and target by target, each the planner's."""

import numpy as np
import pytest

from gym_gridworld import pair_distances, planning
from gym_gridworld.dynamics import Dynamics, dynamics_of, open_grid
from gym_gridworld.layouts import read_layout
from gym_gridworld.pair_distances import PairDistances

LAYOUTS = {
    "maze": "maze",
    "pits": "cliff",
    "two regions": ["..#.T", "A.#T.", "~T#A."],
    "marks on an open grid": ["A..T", "....", "T..."],
    "a row": "A...T.",
}


def all_pairs(dynamics):
    """Every cell with every target, in no order, each pair twice."""
    agents, targets = np.meshgrid(np.arange(dynamics.n_cells), dynamics.layout.targets, indexing="ij")
    order = np.random.default_rng(0).permutation(np.tile(np.arange(agents.size), 2))
    return agents.ravel()[order], targets.ravel()[order], planning.distances(dynamics).ravel()[order]


def refuse(*_):
    raise AssertionError("not this way")


@pytest.fixture
def only_in_closed_form(monkeypatch):
    monkeypatch.setattr(planning, "distances", refuse)
    monkeypatch.setattr(Dynamics, "distance_row", property(refuse))


@pytest.fixture
def only_from_the_table(monkeypatch):
    monkeypatch.setattr(Dynamics, "distance_row", property(refuse))


@pytest.fixture
def only_target_by_target(monkeypatch):
    monkeypatch.setattr(pair_distances, "LARGEST_TABLE", 0)
    monkeypatch.setattr(planning, "distances", refuse)


def assert_equal(dynamics, request, way):
    agents, targets, expected = all_pairs(dynamics)
    request.getfixturevalue(way)
    distances = PairDistances(dynamics)
    np.testing.assert_array_equal(distances(agents, targets), expected, strict=True)
    np.testing.assert_array_equal(distances(agents[:0], targets[:0]), np.zeros(0), strict=True)


@pytest.mark.parametrize("size", [2, 3, 7])
def test_in_closed_form(size, request):
    assert_equal(open_grid(size), request, "only_in_closed_form")


@pytest.mark.parametrize("layout", [["...."], ["...", "..."]])
def test_in_closed_form_where_it_is_no_square(layout, request):
    assert_equal(dynamics_of(read_layout(layout)), request, "only_in_closed_form")


@pytest.mark.parametrize("way", ["only_from_the_table", "only_target_by_target"])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_from_the_table_and_target_by_target(layout, way, request):
    assert_equal(dynamics_of(read_layout(layout)), request, way)


@pytest.mark.parametrize(("largest", "way"), [(12 * 2, "only_from_the_table"), (12 * 2 - 1, "only_target_by_target")])
def test_the_table_is_as_large_as_it_may_be(monkeypatch, request, largest, way):
    dynamics = dynamics_of(read_layout(LAYOUTS["marks on an open grid"]))
    agents, targets, expected = all_pairs(dynamics)
    request.getfixturevalue(way)
    monkeypatch.setattr(pair_distances, "LARGEST_TABLE", largest)
    np.testing.assert_array_equal(PairDistances(dynamics)(agents, targets), expected)


@pytest.mark.parametrize("largest", [0, 2**22])
def test_infinite_in_pits_and_where_there_is_no_way(monkeypatch, largest):
    monkeypatch.setattr(pair_distances, "LARGEST_TABLE", largest)
    layout = read_layout(["A.~.", "AT#T", "..#A"])
    pit, left, right, wall, targets = 10, 8, 3, 6, [5, 7]
    assert layout.targets.tolist() == targets
    distances = PairDistances(dynamics_of(layout))
    assert distances(np.array([pit, pit, left, right, wall]), np.array([5, 7, 7, 5, 5])).tolist() == [np.inf] * 5
    assert distances(np.array([left, right, 5]), np.array([5, 7, 5])).tolist() == [2.0, 1.0, 0.0]
