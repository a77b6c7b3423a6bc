"""The observation wrappers for many environments at once: the same names, arguments and results."""

from gym_gridworld.wrappers.vector.observation import (
    FlattenObservation,
    GoalChannels,
    OneHotObservation,
    RelativePosition,
    ScaledCoordinates,
)

__all__ = ["FlattenObservation", "GoalChannels", "OneHotObservation", "RelativePosition", "ScaledCoordinates"]
