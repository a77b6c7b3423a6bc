"""What needs Stable-Baselines3 and the RL Zoo: the extra ``train``."""
