"""Digests of 10,000 steps from seed 0, the same on every machine and Python: run it, or compare with ``EXPECTED``."""

import hashlib

import gymnasium as gym
import numpy as np

import gym_gridworld  # noqa: F401

EXPECTED = {
    "gym_gridworld/GridWorld-v0": "390ba31ad38b21556b1545828b0467bbc54e827c918989d3b64504f0adef3506",
    "gym_gridworld/GoalGridWorld-v0": "03d8767303cd96843b1d184cfc0197fc5a70df4cc33e9010efa09ef22c505db2",
}


def digest(env_id):
    env = gym.make(env_id)
    sha = hashlib.sha256()

    def add(observation, *rest, info):
        for _, array in sorted(observation.items()):
            sha.update(array.astype(array.dtype.newbyteorder("<")).tobytes())
        # Not all of info: the zoo, where it is imported, patches TimeLimit to add a key.
        sha.update(repr((*rest, info["distance"])).encode())

    observation, info = env.reset(seed=0)
    add(observation, info=info)
    # PCG64's raw output, unlike the distributions made from it, is promised never to change.
    for action in np.random.PCG64(0).random_raw(10_000) % 4:
        observation, reward, terminated, truncated, info = env.step(int(action))
        add(observation, reward, terminated, truncated, info=info)
        if terminated or truncated:
            observation, info = env.reset()
            add(observation, info=info)
    return sha.hexdigest()


if __name__ == "__main__":
    print(*map(digest, EXPECTED))  # noqa: T201
