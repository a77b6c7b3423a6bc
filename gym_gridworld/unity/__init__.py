"""A build of Unity's ML-Agents in the place of GoalGridWorld: see ``README.md`` in this folder.

Needs the extra ``unity``. Importing this imports nothing of it.
"""

from gym_gridworld.unity.errors import UnityError

__all__ = ["UnityError"]
