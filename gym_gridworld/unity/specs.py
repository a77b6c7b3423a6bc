"""What a Unity build must be like to stand where GoalGridWorld does, and how what it says is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gym_gridworld.dynamics import ACTIONS
from gym_gridworld.goal_env import IMAGE_SHAPE, GoalGridWorldEnv, Observation
from gym_gridworld.goals import KINDS
from gym_gridworld.unity.errors import UnityError

# The actions of the scene. Standing still is none of the package's.
UNITY_ACTIONS = ("none", "up", "down", "left", "right")
MOVES = np.array([UNITY_ACTIONS.index(name) for name in ACTIONS], np.int32)

CAMERA = (*IMAGE_SHAPE, 3)
GOAL = (len(KINDS),)
GOAL_SIGNAL = "GOAL_SIGNAL"

EXPECTED_OBSERVATIONS = f"a camera image {CAMERA} and a goal signal {GOAL}"
EXPECTED_ACTIONS = f"one discrete branch of {len(UNITY_ACTIONS)}: {', '.join(UNITY_ACTIONS)}"


def native_spaces() -> tuple[spaces.Dict, spaces.Discrete]:
    """New spaces of observations and actions, those of GoalGridWorld-v0."""
    native: Any = GoalGridWorldEnv()
    return native.observation_space, native.action_space


@dataclass(frozen=True)
class Behavior:
    """The behaviour of a build's agents. :func:`find_behavior` makes it.

    Attributes:
        name: What ML-Agents calls it.
        image: Which of the observations is the camera's.
        goal: Which is the goal sensor's.
    """

    name: str
    image: int
    goal: int

    def observations(self, steps: Any) -> Observation:
        """What agents see.

        Args:
            steps: ML-Agents' decision steps or terminal steps of ``n`` agents.

        Returns:
            ``image``, uint8 of shape ``(n, 64, 84, 3)``, and ``goal``, float32 of shape ``(n, 2)``.

        Raises:
            UnityError: A pixel is below 0 or above 1.
        """
        return {"image": to_bytes(steps.obs[self.image]), "goal": steps.obs[self.goal]}


def find_behavior(behaviors: Mapping[str, Any]) -> Behavior:
    """The only behaviour of a build, if it is what it must be.

    Args:
        behaviors: ML-Agents' behaviour specs by name.

    Raises:
        UnityError: There is none, or more than one, or its observations or actions are others.
    """
    if len(behaviors) != 1:
        raise UnityError(f"expected one behaviour in the scene, got {', '.join(behaviors) or 'none'}")
    ((name, spec),) = behaviors.items()
    found = {_key(one): index for index, one in enumerate(spec.observation_specs)}
    camera, goal = (CAMERA, False), (GOAL, True)
    if len(spec.observation_specs) != 2 or set(found) != {camera, goal}:
        got = ", ".join(map(_in_words, spec.observation_specs)) or "none"
        raise UnityError(f"expected the observations {EXPECTED_OBSERVATIONS}, and {name} has {got}")
    actions = spec.action_spec
    if actions.continuous_size or actions.discrete_branches != (len(UNITY_ACTIONS),):
        raise UnityError(
            f"expected the actions {EXPECTED_ACTIONS}, and {name} has {actions.continuous_size} continuous actions and "
            f"discrete branches of {list(actions.discrete_branches)}"
        )
    return Behavior(name, found[camera], found[goal])


def to_bytes(images: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Images from 0 to 1, as ML-Agents has them, as images from 0 to 255.

    Raises:
        UnityError: A pixel is below 0 or above 1.

    Example:
        >>> to_bytes(np.array([0.0, 0.5, 1.0], np.float32))
        array([  0, 128, 255], dtype=uint8)
    """
    least, most = images.min(initial=0.0), images.max(initial=1.0)
    if not (least >= 0.0 and most <= 1.0):
        raise UnityError(f"expected a camera image of numbers from 0 to 1, got numbers from {least:g} to {most:g}")
    pixels: NDArray[np.uint8] = np.rint(images * np.float32(255.0)).astype(np.uint8)
    return pixels


def action_masks(decisions: Any) -> NDArray[np.int8]:
    """Which of the package's moves agents may take: int8 of shape ``(n, 4)``, 1 for those."""
    # ML-Agents says what one must not do.
    masks: NDArray[np.int8] = (~decisions.action_mask[0][:, MOVES]).astype(np.int8)
    return masks


def as_float(reward: np.float32) -> float:
    """A reward as the number that the build's author wrote: the wire has 32 bits, in which -0.01 is -0.00999999978.

    Example:
        >>> as_float(np.float32(-0.01))
        -0.01
    """
    return float(str(reward))


def _key(spec: Any) -> tuple[tuple[int, ...], bool]:
    return spec.shape, spec.observation_type.name == GOAL_SIGNAL


def _in_words(spec: Any) -> str:
    if spec.observation_type.name == GOAL_SIGNAL:
        return f"a goal signal {spec.shape}"
    return f"{'an image' if len(spec.shape) == 3 else 'a vector'} {spec.shape}"
