"""Every kind of bad input, as data; run as a program, it prints what each row raises, for ``python -O`` to compare."""

from pathlib import Path

import gymnasium as gym
import numpy as np
from bad_vector_input import VECTOR_ROWS, future
from gymnasium.error import Error, InvalidAction, ResetNeeded

from gym_gridworld import GridWorldEnv, GridWorldVectorEnv
from gym_gridworld.layouts import Layout
from gym_gridworld.optimality import optimal_fraction
from gym_gridworld.wrappers import OneHotObservation, RelativePosition, ScaledCoordinates


def running():
    env = GridWorldEnv()
    env.reset(seed=0, options={"agent": (1, 1), "target": (3, 2)})
    return env


def ended():
    env = running()
    for action in (0, 0, 1):
        env.step(action)
    return env


def fresh():
    return GridWorldEnv(render_mode="ansi")


def on_map():
    env = GridWorldEnv(layout=["~.#~.", "AT#T#"])
    env.reset(seed=0)
    return env


def constructing(**arguments):
    return lambda _: GridWorldEnv(**arguments)


def stepping(action):
    return lambda env: env.step(action)


def resetting(seed=1, **options):
    return lambda env: env.reset(seed=seed, options=options)


SIZE = "size must be"
WINDOW = "window_size must be"
ACTION = "action must be one of the integers 0 (right), 1 (up), 2 (left), 3 (down), got"
SLIP = "slip must be a number from 0 to 1, got"
RANDOM = "random:<size>:<wall density>:<seed>"
OPTION = "must be two integers (x, y), each from 0 to 4, got"

# What is done, to which environment, the error, and what its message must hold: the value, and what is allowed.
ROWS = {
    "size 0": (constructing(size=0), None, ValueError, [SIZE, "at least 2", "0"]),
    "size 1": (constructing(size=1), None, ValueError, [SIZE, "at least 2", "1"]),
    "size -3": (constructing(size=-3), None, ValueError, [SIZE, "at least 2", "-3"]),
    "size 2.5": (constructing(size=2.5), None, TypeError, [SIZE, "integer", "2.5"]),
    "size '5'": (constructing(size="5"), None, TypeError, [SIZE, "integer", "'5'"]),
    "size True": (constructing(size=True), None, TypeError, [SIZE, "integer", "True"]),
    "size None": (constructing(size=None), None, TypeError, [SIZE, "integer", "None"]),
    "render_mode unknown": (
        constructing(render_mode="rgb"),
        None,
        ValueError,
        ["render_mode", "'rgb'", "None, 'human', 'rgb_array', 'ansi'"],
    ),
    "render_mode 1": (constructing(render_mode=1), None, ValueError, ["render_mode", "got 1"]),
    "window_size 0": (constructing(window_size=0), None, ValueError, [WINDOW, "at least 1", "0"]),
    "window_size 0 drawn": (
        constructing(window_size=0, render_mode="human"),
        None,
        ValueError,
        [WINDOW, "at least 5", "0"],
    ),
    "window_size below size": (
        constructing(size=9, window_size=8, render_mode="rgb_array"),
        None,
        ValueError,
        [WINDOW, "at least 9", "8"],
    ),
    "window_size 5.0": (constructing(window_size=5.0), None, TypeError, [WINDOW, "integer", "5.0"]),
    "action -1": (stepping(-1), running, InvalidAction, [ACTION, "-1"]),
    "action 4": (stepping(4), running, InvalidAction, [ACTION, "4"]),
    "action int64 -1": (stepping(np.int64(-1)), running, InvalidAction, [ACTION, "-1"]),
    "action 1.5": (stepping(1.5), running, InvalidAction, [ACTION, "1.5"]),
    "action 1.0": (stepping(1.0), running, InvalidAction, [ACTION, "1.0"]),
    "action 'up'": (stepping("up"), running, InvalidAction, [ACTION, "'up'"]),
    "action None": (stepping(None), running, InvalidAction, [ACTION, "None"]),
    "action array of two": (stepping(np.array([0, 1])), running, InvalidAction, [ACTION, "array([0, 1])"]),
    "action array of one": (stepping(np.array([0])), running, InvalidAction, [ACTION, "array([0])"]),
    "action 0-d float": (stepping(np.array(1.0)), running, InvalidAction, [ACTION, "array(1.)"]),
    "action True": (stepping(True), running, InvalidAction, [ACTION, "True"]),
    "action np.True_": (stepping(np.True_), running, InvalidAction, [ACTION, "True"]),
    "action 0-d bool": (stepping(np.array(True)), running, InvalidAction, [ACTION, "array(True)"]),
    "step before reset": (stepping(0), fresh, ResetNeeded, ["reset()", "step()"]),
    "render before reset": (lambda env: env.render(), fresh, ResetNeeded, ["reset()", "render()"]),
    "step after the end": (stepping(0), ended, ResetNeeded, ["reset()", "step()"]),
    "option unknown": (resetting(goal=(0, 0)), running, ValueError, ["'agent', 'target'", "'goal'"]),
    "option off the grid": (resetting(agent=(5, 0)), running, ValueError, ["'agent'", OPTION, "(5, 0)"]),
    "option negative": (resetting(target=(0, -1)), running, ValueError, ["'target'", OPTION, "(0, -1)"]),
    "option of three": (resetting(agent=(1, 2, 3)), running, ValueError, ["'agent'", OPTION, "(1, 2, 3)"]),
    "option of one": (resetting(agent=(1,)), running, ValueError, ["'agent'", OPTION, "(1,)"]),
    "option floats": (resetting(agent=(1.0, 2.0)), running, TypeError, ["'agent'", OPTION, "(1.0, 2.0)"]),
    "option booleans": (resetting(agent=(True, 0)), running, TypeError, ["'agent'", OPTION, "(True, 0)"]),
    "option text": (resetting(target="12"), running, TypeError, ["'target'", OPTION, "'12'"]),
    "option set": (resetting(agent={4, 0}), running, TypeError, ["'agent'", OPTION, "{"]),
    "option mapping": (resetting(agent={1: 9, 3: 9}), running, TypeError, ["'agent'", OPTION, "{1: 9, 3: 9}"]),
    "option bytes": (resetting(agent=b"12"), running, TypeError, ["'agent'", OPTION, "b'12'"]),
    "option array of floats": (resetting(agent=np.ones(2)), running, TypeError, ["'agent'", OPTION, "array([1., 1.])"]),
    "option 0-d array": (resetting(agent=np.array(1)), running, TypeError, ["'agent'", OPTION, "array(1)"]),
    "option number": (resetting(target=3), running, TypeError, ["'target'", OPTION, "3"]),
    "option None": (resetting(target=None), running, TypeError, ["'target'", OPTION, "None"]),
    "option second bad": (resetting(agent=(0, 0), target=(9, 9)), running, ValueError, ["'target'", OPTION, "(9, 9)"]),
    "agent equals target": (resetting(agent=(2, 3), target=(2, 3)), running, ValueError, ["different cells", "(2, 3)"]),
    "options not a mapping": (
        lambda env: env.reset(seed=1, options=[(0, 0)]),
        running,
        TypeError,
        ["mapping", "'agent', 'target'", "[(0, 0)]"],
    ),
    "seed negative": (resetting(seed=-1), running, Error, ["-1"]),
    "seed negative with options": (resetting(seed=-1, agent=(0, 0)), running, Error, ["-1"]),
    "OneHotObservation elsewhere": (
        lambda _: OneHotObservation(gym.make("CartPole-v1")),
        None,
        TypeError,
        ["OneHotObservation wraps a GridWorldEnv", "CartPole"],
    ),
    "ScaledCoordinates elsewhere": (
        lambda _: ScaledCoordinates(gym.make("CartPole-v1")),
        None,
        TypeError,
        ["ScaledCoordinates wraps a GridWorldEnv", "CartPole"],
    ),
    "RelativePosition elsewhere": (
        lambda _: RelativePosition(gym.make("CartPole-v1")),
        None,
        TypeError,
        ["RelativePosition wraps a GridWorldEnv", "CartPole"],
    ),
    "encoding unknown": (
        lambda _: OneHotObservation(GridWorldEnv(), encoding="cells"),
        None,
        ValueError,
        ["encoding must be one of 'cell', 'axis', got 'cells'"],
    ),
    "encoding a list": (
        lambda _: OneHotObservation(GridWorldEnv(), encoding=["axis"]),
        None,
        ValueError,
        ["encoding must be one of 'cell', 'axis', got ['axis']"],
    ),
    "coordinates 1, after True": (
        lambda _: (OneHotObservation(GridWorldEnv(), "axis", True), OneHotObservation(GridWorldEnv(), "axis", 1)),
        None,
        TypeError,
        ["coordinates must be True or False, got 1"],
    ),
    "coordinates not a boolean": (
        lambda _: OneHotObservation(GridWorldEnv(), coordinates="no"),
        None,
        TypeError,
        ["coordinates must be True or False, got 'no'"],
    ),
    "layout empty": (constructing(layout=""), None, ValueError, ["at least one row", "empty map"]),
    "layout of no rows": (constructing(layout=[]), None, ValueError, ["at least one row", "empty map"]),
    "layout of one empty row": (constructing(layout=[""]), None, ValueError, ["at least one row", "empty map"]),
    "layout ragged": (constructing(layout=["...", ".."]), None, ValueError, ["row 1 has 3 symbols, row 2 has 2"]),
    "layout symbol": (
        constructing(layout="..\n.x"),
        None,
        ValueError,
        ["'x' in row 2, column 2", "# (wall), . (floor), A (start of the agent), T (target), ~ (pit)"],
    ),
    "layout all walls": (constructing(layout="##\n~#"), None, ValueError, ["must have floor"]),
    "layout of one cell": (constructing(layout="."), None, ValueError, ["target that can be reached from a start"]),
    "layout cut in two": (constructing(layout="A#T"), None, ValueError, ["target that can be reached from a start"]),
    "layout A behind a pit": (constructing(layout="A~T"), None, ValueError, ["that can be reached from a start"]),
    "layout one A cut off": (
        constructing(layout=["A#.", "##A", "A#T"]),
        None,
        ValueError,
        ["every 'A'", "in row 3, column 1"],
    ),
    "layout name": (
        constructing(layout="four_room"),
        None,
        ValueError,
        ["'four_room'", "four_rooms, maze, cliff, corridor, random:", "did you mean 'four_rooms'?"],
    ),
    "layout name, far too long": (constructing(layout="a" * 5000), None, ValueError, ["there is no layout named"]),
    "layout rows of one text": (lambda _: Layout("..T"), None, TypeError, ["must be strings, got '..T'"]),
    "layout random alone": (constructing(layout="random"), None, ValueError, [RANDOM, "'random'"]),
    "layout Random": (constructing(layout="Random:5:.1:1"), None, ValueError, [RANDOM, "'Random:5:.1:1'"]),
    "layout file missing": (constructing(layout="no/such.txt"), None, ValueError, ["no/such.txt", "cannot be read"]),
    "layout folder": (constructing(layout=Path("/")), None, ValueError, ["layout file / cannot be read"]),
    "layout 3": (constructing(layout=3), None, TypeError, ["a name, a map", "got 3 of type int"]),
    "layout of numbers": (constructing(layout=[1, 2]), None, TypeError, ["a list of rows", "got [1, 2]"]),
    "layout and size": (constructing(size=7, layout="maze"), None, ValueError, ["size 7 and a layout"]),
    "random layout, form": (constructing(layout="random:5:0.3"), None, ValueError, [RANDOM, "'random:5:0.3'"]),
    "random layout, word": (constructing(layout="random:a:0.3:1"), None, ValueError, [RANDOM, "'random:a:0.3:1'"]),
    "random layout, four": (constructing(layout="random:5:0.3:1:2"), None, ValueError, [RANDOM, "'random:5:0.3:1:2'"]),
    "random layout, size": (constructing(layout="random:1:0:1"), None, ValueError, [RANDOM, "at least 2"]),
    "random layout, density": (constructing(layout="random:5:1.0:1"), None, ValueError, [RANDOM, "to below 1"]),
    "random layout, nan": (constructing(layout="random:5:nan:1"), None, ValueError, [RANDOM, "to below 1"]),
    "random layout, seed": (constructing(layout="random:5:0.3:-1"), None, ValueError, [RANDOM, "non-negative"]),
    "random layout, full": (constructing(layout="random:3:0.9:1"), None, ValueError, ["'random:3:0.9:1' leaves 1"]),
    "slip -0.1": (constructing(slip=-0.1), None, ValueError, [SLIP, "-0.1"]),
    "slip 1.5": (constructing(slip=1.5), None, ValueError, [SLIP, "1.5"]),
    "slip nan": (constructing(slip=float("nan")), None, ValueError, [SLIP, "nan"]),
    "slip 'a'": (constructing(slip="a"), None, TypeError, [SLIP, "'a'"]),
    "slip True": (constructing(slip=True), None, TypeError, [SLIP, "True"]),
    "slip None": (constructing(slip=None), None, TypeError, [SLIP, "None"]),
    "agent in a wall": (
        resetting(agent=(2, 1)),
        on_map,
        ValueError,
        ["'agent' must be on the floor", "(2, 1), a wall"],
    ),
    "agent in a pit": (resetting(agent=(0, 1)), on_map, ValueError, ["'agent' must be on the floor", "(0, 1), a pit"]),
    "agent off the map": (resetting(agent=(1, 2)), on_map, ValueError, ["from 0 to 4 and from 0 to 1", "(1, 2)"]),
    "agent without a target": (resetting(agent=(4, 1)), on_map, ValueError, ["target can be reached", "(4, 1)"]),
    "target not a T": (resetting(target=(1, 1)), on_map, ValueError, ["a 'T', got (1, 1)"]),
    "target without a start": (resetting(target=(3, 0)), on_map, ValueError, ["a start can reach it", "(3, 0)"]),
    "no way to the target": (
        resetting(agent=(0, 0), target=(3, 0)),
        on_map,
        ValueError,
        ["joined by a way", "(0, 0) and (3, 0)"],
    ),
    "optimality elsewhere": (
        lambda _: optimal_fraction(None, gym.make("CartPole-v1")),
        None,
        TypeError,
        ["GridWorldEnv", "CartPole"],
    ),
    **VECTOR_ROWS,
}


def snapshot(env):
    """All that an error must leave as it was."""
    if env is None:
        return None
    if isinstance(env, GridWorldVectorEnv):
        return future(env)
    random = env._np_random.bit_generator.state if env._np_random is not None else None
    # What a state consists of differs between the environments.
    state = {name: value for name, value in vars(env).items() if name.endswith(("_cell", "_cells", "goal"))}
    return repr((state, env._needs_reset, random))


def raised(name, rows=ROWS):
    """The error that a row raises, and whether it left the state alone."""
    act, make, *_ = rows[name]
    env = make() if make else None
    before = snapshot(env)
    try:
        act(env)
    except Exception as error:  # noqa: BLE001
        return error, snapshot(env) == before
    return None, snapshot(env) == before


def main(rows=ROWS):
    for row in rows:
        error, untouched = raised(row, rows)
        print(row, type(error).__name__, error, untouched)  # noqa: T201


if __name__ == "__main__":
    main()
