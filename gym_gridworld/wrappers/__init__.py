"""Observation wrappers, of which every argument is a plain value, so that a YAML file can name them; and an overlay."""

from gymnasium.wrappers import FlattenObservation

from gym_gridworld.wrappers.goal_channels import GoalChannels
from gym_gridworld.wrappers.observation import OneHotObservation, RelativePosition, ScaledCoordinates
from gym_gridworld.wrappers.overlay import QValueOverlay

__all__ = [
    "FlattenObservation",
    "GoalChannels",
    "OneHotObservation",
    "QValueOverlay",
    "RelativePosition",
    "ScaledCoordinates",
]
