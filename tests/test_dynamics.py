"""The transition table against the rules, written out a second time."""

import copy
import pickle

import numpy as np
import pytest

from gym_gridworld.dynamics import ACTIONS, Dynamics, open_grid
from gym_gridworld.layouts import Layout

SIZES = (2, 3, 5, 8, 13)


@pytest.mark.parametrize("size", SIZES)
def test_every_transition(size):
    grid = open_grid(size)
    assert grid.n_cells == size * size
    for x in range(size):
        for y in range(size):
            expected = {
                "right": (min(x + 1, size - 1), y),
                "up": (x, min(y + 1, size - 1)),
                "left": (max(x - 1, 0), y),
                "down": (x, max(y - 1, 0)),
            }
            for action, name in enumerate(ACTIONS):
                successor = grid.next_cell[grid.cell_at(x, y), action]
                assert tuple(grid.locations[successor]) == expected[name]


@pytest.mark.parametrize("size", SIZES)
def test_distance_is_the_l1_distance_for_every_pair(size):
    grid = open_grid(size)
    for target in range(grid.n_cells):
        l1 = np.abs(grid.locations - grid.locations[target]).sum(axis=1)
        np.testing.assert_array_equal(grid.distances_to(target), l1)
        assert grid.distance_row(target) == l1.tolist()


def test_distances_follow_the_arrows_of_the_table_only_forwards():
    # Three cells in a row, every action to the right: the last can be reached from all, the first from nowhere.
    one_way = Dynamics(Layout(("...",)), np.array([[0, 0], [1, 0], [2, 0]]), np.array([[1] * 4, [2] * 4, [2] * 4]))
    assert one_way.distances_to(2).tolist() == [2, 1, 0]
    assert one_way.distances_to(0).tolist() == [0, np.inf, np.inf]


def test_tables_cannot_be_written_to():
    grid = open_grid(3)
    for array in (grid.locations, grid.next_cell):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_one_table_serves_every_environment_of_a_size():
    grid = open_grid(6)
    assert open_grid(6) is grid
    assert copy.deepcopy(grid) is grid
    assert pickle.loads(pickle.dumps(grid)) is grid
