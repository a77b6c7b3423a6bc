"""Hyperparameters of QR-DQN, in the form the RL Zoo's ``--conf-file`` takes from a module."""

from gym_gridworld.hyperparams import load

hyperparams = load("qrdqn")
