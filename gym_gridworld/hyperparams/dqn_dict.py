"""Hyperparameters of DQN, on the Dict observations, in the form the RL Zoo's ``--conf-file`` takes from a module."""

from gym_gridworld.hyperparams import load

hyperparams = load("dqn_dict")
