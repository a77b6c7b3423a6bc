"""Bad input fails where it enters, names the value and what is allowed, and leaves the state as it was."""

import subprocess
import sys
from pathlib import Path

import bad_input
import goal_bad_input
import gymnasium as gym
import pytest

TABLES = [bad_input, goal_bad_input]
ROWS = [pytest.param(table.ROWS, row, id=f"{table.__name__}-{row}") for table in TABLES for row in table.ROWS]


@pytest.mark.parametrize(("rows", "row"), ROWS)
def test_row(rows, row):
    _, _, error_type, fragments = rows[row]
    error, untouched = bad_input.raised(row, rows)
    assert type(error) is error_type
    for fragment in fragments:
        assert fragment in str(error)
    assert untouched


@pytest.mark.parametrize("table", TABLES)
def test_optimised_python_changes_nothing(table):
    def printed(*flags):
        program = Path(table.__file__)
        return subprocess.run([sys.executable, *flags, program], check=True, capture_output=True, text=True).stdout

    optimised = printed("-O")
    assert optimised == printed()
    assert len(optimised.splitlines()) == len(table.ROWS)


def test_environment_goes_on_after_a_bad_reset(make):
    env = make()
    env.reset(options={"agent": (0, 0), "target": (1, 0)})
    with pytest.raises(ValueError, match="unknown key"):
        env.reset(options={"start": (0, 0)})
    assert env.step(0)[2]


@pytest.mark.parametrize("size", [1, "5", None])
def test_gym_make_says_the_same(size, make):
    with pytest.raises((TypeError, ValueError), match="size must be"):
        make(size=size)


def test_gym_make_with_an_unknown_render_mode(make):
    with pytest.warns(UserWarning, match="render_mode"), pytest.raises(ValueError, match="'human', 'rgb_array'"):
        make(render_mode="rgb")


def test_seed_that_is_no_integer():
    env = bad_input.running()
    with pytest.raises(gym.error.Error, match="Seed must be a python integer"):
        env.reset(seed=1.5)
