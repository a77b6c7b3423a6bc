"""Wrappers, of which every argument is a plain value, so that a YAML file can name them; and an overlay."""

from gymnasium.wrappers import FlattenObservation

from gym_gridworld.wrappers.full_range import FullRangeActions
from gym_gridworld.wrappers.goal_channels import GoalChannels
from gym_gridworld.wrappers.observation import OneHotObservation, RelativePosition, ScaledCoordinates
from gym_gridworld.wrappers.overlay import QValueOverlay
from gym_gridworld.wrappers.small_frames import SmallFrames

__all__ = [
    "FlattenObservation",
    "FullRangeActions",
    "GoalChannels",
    "OneHotObservation",
    "QValueOverlay",
    "RelativePosition",
    "ScaledCoordinates",
    "SmallFrames",
]
