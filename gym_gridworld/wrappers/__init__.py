"""Observation wrappers. Every argument is a plain value, so that a YAML file can name them."""

from gymnasium.wrappers import FlattenObservation

from gym_gridworld.wrappers.observation import OneHotObservation, RelativePosition, ScaledCoordinates

__all__ = ["FlattenObservation", "OneHotObservation", "RelativePosition", "ScaledCoordinates"]
