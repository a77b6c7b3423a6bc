"""What is used of ML-Agents, imported without its warnings."""

import warnings

with warnings.catch_warnings():
    # Its generated messages, and the module of versions that it imports, are of their time.
    warnings.simplefilter("ignore", DeprecationWarning)
    from mlagents_envs.base_env import ActionTuple
    from mlagents_envs.env_utils import validate_environment_path
    from mlagents_envs.environment import UnityEnvironment
    from mlagents_envs.exception import (
        UnityCommunicatorStoppedException,
        UnityException,
        UnityTimeOutException,
        UnityWorkerInUseException,
    )
    from mlagents_envs.side_channel.engine_configuration_channel import EngineConfigurationChannel

__all__ = [
    "ActionTuple",
    "EngineConfigurationChannel",
    "UnityCommunicatorStoppedException",
    "UnityEnvironment",
    "UnityException",
    "UnityTimeOutException",
    "UnityWorkerInUseException",
    "validate_environment_path",
]
