"""Every kind of bad input to the vector environment and its wrappers, as rows of ``bad_input``."""

import copy

import gymnasium as gym
import numpy as np
from gymnasium.error import Error, InvalidAction, ResetNeeded
from gymnasium.vector import AutoresetMode

from gym_gridworld import GoalGridWorldVectorEnv, GridWorldEnv, GridWorldVectorEnv
from gym_gridworld.wrappers import vector


def fresh():
    envs = GridWorldVectorEnv(3, render_mode="ansi")
    envs.np_random = np.random.default_rng(0)
    return envs


def running(**arguments):
    envs = GridWorldVectorEnv(3, max_episode_steps=4, slip=0.5, **arguments)
    envs.reset(seed=0)
    envs.step([0, 1, 2])
    return envs


def overwriting():
    return running(copy=False)


def ended():
    """The episode of environment 1 has reached its time limit."""
    envs = GridWorldVectorEnv(3, max_episode_steps=4, autoreset_mode=AutoresetMode.DISABLED)
    far_apart = {"agent": (0, 0), "target": (4, 4)}
    for options in (far_apart, {**far_apart, "reset_mask": np.array([True, False, True])}):
        envs.reset(seed=0, options=options)
        for _ in range(2):
            envs.step([2, 2, 2])
    return envs


def on_map():
    envs = GridWorldVectorEnv(2, layout=["~.#~.", "AT#T#"])
    envs.reset(seed=0)
    return envs


def with_goals():
    envs = GoalGridWorldVectorEnv(3, max_episode_steps=4)
    envs.reset(seed=0)
    envs.step([0, 1, 2])
    return envs


def future(envs):
    """What ``envs`` would do from now on."""
    envs = copy.deepcopy(envs)

    def step():
        try:
            return envs.step([0] * envs.num_envs)
        except ResetNeeded as error:
            return error

    cells = [part.tolist() for part in envs.states()]
    return repr([cells, *(act() for act in (step, step, step, envs.reset, step))])


def constructing(num_envs=3, **arguments):
    return lambda _: GridWorldVectorEnv(num_envs, **arguments)


def stepping(actions):
    return lambda envs: envs.step(actions)


def resetting(seed=1, **options):
    return lambda envs: envs.reset(seed=seed, options=options)


def masking(mask, **more):
    return resetting(reset_mask=mask, **more)


def wrapping(wrapper, envs, **arguments):
    return lambda _: wrapper(envs(), **arguments)


def sync():
    return gym.vector.SyncVectorEnv([GridWorldEnv])


NUMBER = "num_envs must be"
LIMIT = "max_episode_steps must be"
MODE = "autoreset_mode must be one of AutoresetMode.NEXT_STEP ('NextStep'), AutoresetMode.SAME_STEP ('SameStep'), "
ACTIONS = "actions must be an integer array of shape (3,) of 0 (right), 1 (up), 2 (left), 3 (down), got"
ACTION = "actions must be 0 (right), 1 (up), 2 (left), 3 (down), got"
MASK = "reset option 'reset_mask' must be"
SEED = "seed must be an integer or a sequence of 3 integers or None, got"
OPTION = "must be two integers (x, y), each from 0 to 4, got"
ROWS = "must be two integers (x, y) for all, or an integer array of shape (3, 2), got"

CONSTRUCTING = {
    "num_envs 0": (constructing(0), None, ValueError, [NUMBER, "at least 1", "0"]),
    "num_envs -1": (constructing(-1), None, ValueError, [NUMBER, "at least 1", "-1"]),
    "num_envs 2.5": (constructing(2.5), None, TypeError, [NUMBER, "integer", "2.5"]),
    "num_envs '3'": (constructing("3"), None, TypeError, [NUMBER, "integer", "'3'"]),
    "num_envs True": (constructing(True), None, TypeError, [NUMBER, "integer", "True"]),
    "num_envs None": (constructing(None), None, TypeError, [NUMBER, "integer", "None"]),
    "num_envs 0 of make_vec": (
        lambda _: gym.make_vec("gym_gridworld/GridWorld-v0", num_envs=0),
        None,
        ValueError,
        [NUMBER, "at least 1", "0"],
    ),
    "max_episode_steps 0": (constructing(max_episode_steps=0), None, ValueError, [LIMIT, "at least 1", "0"]),
    "max_episode_steps -1": (constructing(max_episode_steps=-1), None, ValueError, [LIMIT, "at least 1", "-1"]),
    "max_episode_steps 2.5": (constructing(max_episode_steps=2.5), None, TypeError, [LIMIT, "integer", "2.5"]),
    "max_episode_steps True": (constructing(max_episode_steps=True), None, TypeError, [LIMIT, "integer", "True"]),
    "max_episode_steps '9'": (constructing(max_episode_steps="9"), None, TypeError, [LIMIT, "integer", "'9'"]),
    "autoreset_mode unknown": (constructing(autoreset_mode="same"), None, ValueError, [MODE, "'same'"]),
    "autoreset_mode None": (constructing(autoreset_mode=None), None, ValueError, [MODE, "got None"]),
    "autoreset_mode a list": (constructing(autoreset_mode=["SameStep"]), None, ValueError, [MODE, "['SameStep']"]),
    "autoreset_mode True": (constructing(autoreset_mode=True), None, ValueError, [MODE, "got True"]),
    "copy 'yes'": (constructing(copy="yes"), None, TypeError, ["copy must be True or False, got 'yes'"]),
    "copy 1": (constructing(copy=1), None, TypeError, ["copy must be True or False, got 1"]),
    "copy None": (constructing(copy=None), None, TypeError, ["copy must be True or False, got None"]),
    "vector render_mode human": (
        constructing(render_mode="human"),
        None,
        ValueError,
        ["render_mode must be one of None, 'rgb_array', 'ansi', got 'human'"],
    ),
    "vector keyword": (constructing(sizes=5), None, TypeError, ["unexpected keyword argument 'sizes'"]),
    "vector size": (constructing(size=1), None, ValueError, ["size must be at least 2, got 1"]),
    "vector slip": (constructing(slip=2), None, ValueError, ["slip must be a number from 0 to 1, got 2"]),
    "vector layout": (constructing(layout="A#T"), None, ValueError, ["target that can be reached from a start"]),
    "vector window_size": (
        constructing(window_size=4, render_mode="rgb_array"),
        None,
        ValueError,
        ["window_size must be at least 5, got 4"],
    ),
}

STEPPING = {
    "actions of two": (stepping(np.array([0, 1])), running, InvalidAction, [ACTIONS, "shape (2,)"]),
    "actions of four": (stepping([0, 1, 2, 3]), running, InvalidAction, [ACTIONS, "shape (4,)"]),
    "actions of none": (stepping([]), running, InvalidAction, [ACTIONS, "shape (0,)"]),
    "actions in a column": (stepping(np.zeros((3, 1), int)), running, InvalidAction, [ACTIONS, "shape (3, 1)"]),
    "actions a number": (stepping(1), running, InvalidAction, [ACTIONS, "shape ()"]),
    "actions None": (stepping(None), running, InvalidAction, [ACTIONS, "dtype object and shape ()"]),
    "actions a set": (stepping({0, 1, 2}), running, InvalidAction, [ACTIONS, "dtype object and shape ()"]),
    "actions a mapping": (stepping({0: 1}), running, InvalidAction, [ACTIONS, "dtype object and shape ()"]),
    "actions float": (stepping(np.array([0.0, 1.0, 2.0])), running, InvalidAction, [ACTIONS, "dtype float64"]),
    "actions nan": (stepping([0, 1, float("nan")]), running, InvalidAction, [ACTIONS, "dtype float64"]),
    "actions bool": (stepping(np.array([True, False, True])), running, InvalidAction, [ACTIONS, "dtype bool"]),
    "actions object": (stepping(np.array([0, 1, 2], object)), running, InvalidAction, [ACTIONS, "dtype object"]),
    "actions text": (stepping(["up", "up", "up"]), running, InvalidAction, [ACTIONS, "dtype <U2"]),
    "actions with a None": (stepping([0, None, 1]), running, InvalidAction, [ACTIONS, "dtype object"]),
    "actions ragged": (stepping([[0], [1, 2], [3]]), running, InvalidAction, [ACTIONS, "rows of different lengths"]),
    "actions too large for an integer": (stepping([0, 2**70, 1]), running, InvalidAction, [ACTIONS, "dtype object"]),
    "actions one -1": (stepping(np.array([0, -1, 4])), running, InvalidAction, [ACTION, "-1 for environment 1"]),
    "actions one 4": (stepping(np.array([0, 3, 4])), running, InvalidAction, [ACTION, "4 for environment 2"]),
    "actions one 7 in a list": (stepping([7, 0, 0]), running, InvalidAction, [ACTION, "7 for environment 0"]),
    "actions int8 -1": (stepping(np.array([0, 0, -1], np.int8)), running, InvalidAction, [ACTION, "-1 for env"]),
    "actions uint8 255": (stepping(np.array([0, 255, 0], np.uint8)), running, InvalidAction, [ACTION, "255 for env"]),
    "actions uint64 2**63": (
        stepping(np.array([0, 2**63, 0], np.uint64)),
        running,
        InvalidAction,
        [ACTION, f"{2**63} for environment 1"],
    ),
    "actions of the other byte order": (
        stepping(np.array([0, 1, 256], ">i8")),
        running,
        InvalidAction,
        [ACTION, "256 for environment 2"],
    ),
    "actions bad without copies": (stepping([0, 4, 0]), overwriting, InvalidAction, [ACTION, "4 for environment 1"]),
    "vector step before reset": (stepping([0, 0, 0]), fresh, ResetNeeded, ["reset()", "step()"]),
    "vector render before reset": (lambda envs: envs.render(), fresh, ResetNeeded, ["reset()", "render()"]),
    "step with an ended episode": (stepping([0, 0, 0]), ended, ResetNeeded, ["environment 1", "reset_mask"]),
}

RESETTING = {
    "mask a list": (masking([True, False, True]), running, TypeError, [MASK, "bool array of shape (3,)", "a list"]),
    "mask None": (masking(None), running, TypeError, [MASK, "bool array of shape (3,)", "NoneType"]),
    "mask True": (masking(True), running, TypeError, [MASK, "bool array of shape (3,)", "a bool"]),
    "mask of integers": (masking(np.array([0, 1, 0])), running, TypeError, [MASK, "bool array", "dtype int64"]),
    "mask of floats": (masking(np.ones(3)), running, TypeError, [MASK, "bool array", "dtype float64"]),
    "mask of two": (masking(np.ones(2, bool)), running, ValueError, [MASK, "of shape (3,)", "shape (2,)"]),
    "mask in a column": (masking(np.ones((3, 1), bool)), running, ValueError, [MASK, "of shape (3,)", "shape (3, 1)"]),
    "mask all false": (masking(np.zeros(3, bool)), running, ValueError, [MASK, "true somewhere"]),
    "mask before the first reset": (
        masking(np.array([True, True, False])),
        fresh,
        ResetNeeded,
        ["reset() without a reset_mask first"],
    ),
    "seeds of two": (resetting(seed=[1, 2]), running, ValueError, [SEED, "got 2 of them"]),
    "seeds of none": (resetting(seed=[]), running, ValueError, [SEED, "got 0 of them"]),
    "seeds of four": (resetting(seed=np.arange(4)), running, ValueError, [SEED, "got 4 of them"]),
    "seeds of the masked alone": (
        masking(np.array([True, False, True]), seed=[1, 2]),
        running,
        ValueError,
        [SEED, "got 2 of them"],
    ),
    "seed 1.5": (resetting(seed=1.5), running, TypeError, [SEED, "1.5"]),
    "seed True": (resetting(seed=True), running, TypeError, [SEED, "True"]),
    "seed text": (resetting(seed="123"), running, TypeError, [SEED, "'123'"]),
    "seed a set": (resetting(seed={1}), running, TypeError, [SEED, "{1}"]),
    "seed a 0-d array of floats": (resetting(seed=np.array(1.0)), running, TypeError, [SEED, "array(1.)"]),
    "seeds with text": (resetting(seed=[1, "2", 3]), running, TypeError, [SEED, "[1, '2', 3]"]),
    "seeds of floats": (resetting(seed=np.ones(3)), running, TypeError, [SEED, "array([1., 1., 1.])"]),
    "seeds of lists": (resetting(seed=[[1], [2], [3]]), running, TypeError, [SEED, "[[1], [2], [3]]"]),
    "vector seed negative": (resetting(seed=-1), running, Error, ["-1"]),
    "seeds, one negative": (resetting(seed=[1, 2, -3]), running, Error, ["-3"]),
    "vector option unknown": (
        resetting(goal=(0, 0)),
        running,
        ValueError,
        ["'agent', 'target', 'reset_mask'", "'goal'"],
    ),
    "vector options not a mapping": (
        lambda envs: envs.reset(seed=1, options=[1]),
        running,
        TypeError,
        ["mapping", "'agent', 'target', 'reset_mask'", "[1]"],
    ),
    "vector option off the grid": (resetting(agent=(5, 0)), running, ValueError, ["'agent'", OPTION, "(5, 0)"]),
    "vector option None": (resetting(target=None), running, TypeError, ["'target'", OPTION, "None"]),
    "option rows of two": (resetting(agent=np.zeros((2, 2), int)), running, ValueError, ["'agent'", ROWS, "(2, 2)"]),
    "option rows of three": (
        resetting(target=np.zeros((3, 3), int)),
        running,
        ValueError,
        ["'target'", ROWS, "(3, 3)"],
    ),
    "option rows in rows": (
        resetting(agent=np.zeros((1, 3, 2), int)),
        running,
        ValueError,
        ["'agent'", ROWS, "(1, 3, 2)"],
    ),
    "option rows in a list": (resetting(agent=[[0, 0]] * 3), running, TypeError, ["'agent'", OPTION, "[[0, 0], "]),
    "option rows, one off the grid": (
        resetting(agent=np.array([[0, 0], [0, 5], [1, 1]])),
        running,
        ValueError,
        ["'agent'", OPTION, "array([0, 5])"],
    ),
    "option rows of floats": (resetting(agent=np.ones((3, 2))), running, TypeError, ["'agent'", OPTION, "1., 1."]),
    "option rows, two equal": (
        resetting(agent=np.array([[0, 0], [0, 1], [1, 1]]), target=(0, 1)),
        running,
        ValueError,
        ["different cells", "(0, 1)"],
    ),
    "option rows, one masked is bad": (
        masking(np.array([False, True, False]), agent=np.array([[0, 0], [9, 9], [1, 1]])),
        running,
        ValueError,
        ["'agent'", OPTION, "array([9, 9])"],
    ),
    "option rows, one in a wall": (
        resetting(agent=np.array([[0, 0], [2, 1]])),
        on_map,
        ValueError,
        ["'agent' must be on the floor", "(2, 1), a wall"],
    ),
    "option rows, one without a way": (
        resetting(agent=(0, 0), target=np.array([[1, 0], [3, 0]])),
        on_map,
        ValueError,
        ["joined by a way", "(0, 0) and (3, 0)"],
    ),
}

GOALS = {
    "goals num_envs 0": (lambda _: GoalGridWorldVectorEnv(0), None, ValueError, [NUMBER, "at least 1", "0"]),
    "goals n_plus": (
        lambda _: GoalGridWorldVectorEnv(2, n_plus=-1),
        None,
        ValueError,
        ["n_plus", "at least 0, got -1"],
    ),
    "goals actions 4": (
        stepping([0, 4, 0]),
        with_goals,
        InvalidAction,
        [ACTION, "4 for environment 1"],
    ),
    "goals option unknown": (
        resetting(target=(0, 0)),
        with_goals,
        ValueError,
        ["'agent', 'plus', 'ex', 'goal', 'reset_mask'", "'target'"],
    ),
    "goals rows of two": (
        resetting(plus=np.zeros((2, 1, 2), int)),
        with_goals,
        ValueError,
        ["'plus'", "a list of (x, y) for all, or an integer array of shape (3, n, 2), got shape (2, 1, 2)"],
    ),
    "goals rows of three numbers": (
        resetting(ex=np.zeros((3, 1, 3), int)),
        with_goals,
        ValueError,
        ["'ex'", "of shape (3, n, 2), got shape (3, 1, 3)"],
    ),
    "goals more than there are": (
        resetting(plus=[(0, 0), (1, 1)]),
        with_goals,
        ValueError,
        ["'plus'", "at most 1"],
    ),
    "goals rows, two on one cell": (
        resetting(agent=np.array([[0, 0], [1, 1], [2, 2]]), plus=[(2, 2)]),
        with_goals,
        ValueError,
        ["on a cell of its own, got (2, 2) twice"],
    ),
    "goals two signals": (
        resetting(goal=np.array(["plus", "ex"])),
        with_goals,
        ValueError,
        ["'goal'", "a name for all, or an array of 3 names, got shape (2,)"],
    ),
    "goals signals, one unknown": (
        resetting(goal=np.array(["plus", "ex", "minus"])),
        with_goals,
        ValueError,
        ["'goal'", "'plus', 'ex', got", "minus"],
    ),
}

WRAPPING = {
    **{
        f"vector {wrapper.__name__} elsewhere": (
            wrapping(wrapper, sync),
            None,
            TypeError,
            [f"{wrapper.__name__} wraps a {wrapper.wraps.__name__}", "SyncVectorEnv"],
        )
        for wrapper in map(vars(vector).get, vector.__all__)
    },
    "vector wrapper of a scalar environment": (
        wrapping(vector.OneHotObservation, GridWorldEnv),
        None,
        TypeError,
        ["VectorEnv", "GridWorldEnv"],
    ),
    "vector encoding unknown": (
        wrapping(vector.OneHotObservation, running, encoding="cells"),
        None,
        ValueError,
        ["encoding must be one of 'cell', 'axis', got 'cells'"],
    ),
    "vector coordinates not a boolean": (
        wrapping(vector.OneHotObservation, running, coordinates=1),
        None,
        TypeError,
        ["coordinates must be True or False, got 1"],
    ),
}

VECTOR_ROWS = {**CONSTRUCTING, **STEPPING, **RESETTING, **GOALS, **WRAPPING}
