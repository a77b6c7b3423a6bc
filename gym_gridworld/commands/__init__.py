"""The commands of ``python -m gym_gridworld``, one a module: its arguments, and what it does."""
