"""What a Stable-Baselines3 model thinks that an action is worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray


def q_values(model: Any, observations: Any) -> NDArray[np.float32]:
    """The Q-values of a batch of observations.

    Args:
        model: A DQN, or a QR-DQN of sb3-contrib, whose quantiles are averaged.
        observations: The batch, as the model's ``predict`` takes it.

    Returns:
        float32 array of shape ``(batch, actions)``.

    Raises:
        TypeError: The model has no Q-values.
    """
    network = getattr(model, "q_net", None) or getattr(model, "quantile_net", None)
    if network is None:
        raise TypeError(f"a {type(model).__name__} has no Q-values of all actions, as a DQN has")
    model.policy.set_training_mode(False)
    with torch.no_grad():
        tensor, _ = model.policy.obs_to_tensor(observations)
        values = network(tensor)
        if values.dim() > 2:
            values = values.mean(dim=1)
    array: NDArray[np.float32] = values.cpu().numpy()
    return array
