"""Many rows of features at once, against rows put together one by one."""

import numpy as np
import pytest

from gym_gridworld.dynamics import open_grid
from gym_gridworld.feature_rows import LARGEST_TABLE, FeatureRows
from gym_gridworld.observations import one_hot_axes, one_hot_cells, scaled_coordinates

KINDS = {"axes": one_hot_axes, "cells": one_hot_cells, "coordinates": scaled_coordinates}
COMPOSED = [
    ["coordinates"],
    ["axes"],
    ["cells"],
    ["axes", "coordinates"],
    ["cells", "coordinates"],
    ["coordinates", "axes"],
    ["axes", "cells", "coordinates"],
]


@pytest.mark.parametrize("largest_table", [0, LARGEST_TABLE], ids=["halves", "table"])
@pytest.mark.parametrize("size", [3, 4])
@pytest.mark.parametrize("names", COMPOSED, ids="+".join)
def test_each_row_holds_the_agents_features_and_the_targets_in_turn(names, size, largest_table):
    features = [KINDS[name](open_grid(size)) for name in names]
    rows = FeatureRows(features, largest_table)
    agents, targets = np.indices((size**2, size**2)).reshape(2, -1)
    expected = [
        np.concatenate([array[cell] for array in features for cell in pair])
        for pair in zip(agents, targets, strict=True)
    ]
    taken = rows(agents, targets)
    assert taken.dtype == np.float32
    assert taken.tobytes() == np.array(expected).tobytes()
    # Whoever has one may write into it.
    taken[:] = 7.0
    assert rows(agents, targets).tobytes() == np.array(expected).tobytes()
    assert rows(agents[:0], targets[:0]).shape == (0, taken.shape[1])


@pytest.mark.parametrize("largest_table", [0, LARGEST_TABLE])
def test_a_cell_off_the_grid_is_an_error(largest_table):
    rows = FeatureRows([scaled_coordinates(open_grid(3))], largest_table)
    with pytest.raises(IndexError):
        rows(np.array([9]), np.array([0]))
