"""Hyperparameters of a second tutorial of an id in ``tutorials``, in the form the RL Zoo's ``--conf-file`` takes."""

from gym_gridworld.hyperparams import load

hyperparams = load("tutorials_2")
