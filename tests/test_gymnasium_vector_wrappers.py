"""Gymnasium's own vector wrappers: around the native environment they give what they give around Gymnasium's."""

import gymnasium as gym
import numpy as np
import pytest
from conftest import ENV_ID
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorWrapper
from gymnasium.wrappers import vector
from twin_envs import assert_parity, assert_same, scalar_env, twins

from gym_gridworld import GridWorldVectorEnv
from gym_gridworld.wrappers.vector import FlattenObservation

PIT_ID = "gym_gridworld/CliffGrid-v0"
WITHOUT_SAME_STEP = [AutoresetMode.NEXT_STEP, AutoresetMode.DISABLED]


class WithoutTimes(VectorWrapper):
    """Episode statistics without the seconds, which two runs do not share."""

    def step(self, actions):
        *moved, infos = self.env.step(actions)
        if "episode" in infos:
            assert (infos["episode"].pop("t") >= 0).all()
        return *moved, infos


def statistics(envs):
    return WithoutTimes(vector.RecordEpisodeStatistics(envs))


WRAPPERS = {
    "RecordEpisodeStatistics": statistics,
    "NormalizeReward": vector.NormalizeReward,
    "DictInfoToList": vector.DictInfoToList,
    "statistics as a list": lambda envs: vector.DictInfoToList(statistics(envs)),
    "statistics of normalised rewards": lambda envs: statistics(vector.NormalizeReward(envs, gamma=0.9)),
}


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("env_id", [ENV_ID, PIT_ID])
@pytest.mark.parametrize("around", WRAPPERS.values(), ids=WRAPPERS)
def test_as_around_gymnasiums(env_id, mode, around):
    assert_parity(env_id, mode, 5000, num_envs=20, around=around, max_episode_steps=15)


@pytest.mark.parametrize("mode", WITHOUT_SAME_STEP)
@pytest.mark.parametrize("env_id", [ENV_ID, PIT_ID])
def test_flatten_observation(env_id, mode):
    assert_parity(env_id, mode, 5000, num_envs=20, around=vector.FlattenObservation, max_episode_steps=15)


def test_flatten_observation_has_the_space_of_ours():
    wrappers = (vector.FlattenObservation, FlattenObservation)
    theirs, ours = (wrapper(gym.make_vec(ENV_ID, num_envs=3)) for wrapper in wrappers)
    assert theirs.observation_space == ours.observation_space
    assert theirs.single_observation_space == ours.single_observation_space
    assert_same(theirs.reset(seed=0), ours.reset(seed=0))


def test_flatten_observation_refuses_same_step_resets_of_both():
    """The reason for a wrapper of our own; when this fails, Gymnasium's can take its place."""
    for envs in twins(ENV_ID, 2, AutoresetMode.SAME_STEP):
        with pytest.raises(ValueError, match="NEXT_STEP or DISABLED"):
            vector.FlattenObservation(envs)


def test_statistics_without_a_start_to_draw():
    """On the cliff every episode starts in one place: Gymnasium's needs no lead."""
    one = statistics(gym.make_vec(PIT_ID, num_envs=10))
    other = statistics(SyncVectorEnv([lambda: scalar_env(PIT_ID)] * 10))
    assert_same(one.reset(seed=0), other.reset(seed=0))
    random = np.random.default_rng(0)
    for _ in range(200):
        actions = random.integers(4, size=10)
        assert_same(one.step(actions), other.step(actions))
    assert one.env.episode_count == other.env.episode_count > 20
    assert list(one.env.return_queue) == list(other.env.return_queue)
    assert list(one.env.length_queue) == list(other.env.length_queue)


def test_statistics_of_known_episodes():
    envs = statistics(GridWorldVectorEnv(2, layout="A.T", max_episode_steps=3))
    envs.reset()
    infos = [envs.step([0, 2])[-1] for _ in range(3)]
    assert "episode" not in infos[0]
    for number, (returns, lengths) in ((1, ([1.0, 0.0], [2, 0])), (2, ([0.0, 0.0], [0, 3]))):
        assert infos[number]["episode"]["r"].tolist() == returns
        assert infos[number]["episode"]["l"].tolist() == lengths


# Gymnasium's remark on same-step resets, which holds of both.
@pytest.mark.filterwarnings("ignore:.*autoreset mode is same-step")
@pytest.mark.parametrize("mode", AutoresetMode)
def test_record_video(mode, tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(vector.RecordVideo, "stop_recording", lambda self: saved.append(finish(self)))

    def finish(wrapper):
        frames, wrapper.recorded_frames, wrapper.recording = wrapper.recorded_frames, [], False
        return np.array(frames)

    def film(envs):
        folder = tmp_path / type(envs).__name__
        return vector.RecordVideo(envs, str(folder), episode_trigger=lambda episode: episode % 2 == 0)

    arguments = {"render_mode": "rgb_array", "window_size": 16, "size": 3, "max_episode_steps": 6}
    assert_parity(ENV_ID, mode, 200, num_envs=4, around=film, **arguments)
    assert len(saved) >= 10
    for native, scalar in zip(saved[::2], saved[1::2], strict=True):
        assert native.shape[1:] == (32, 32, 3)
        assert_same(native, scalar)


def test_record_video_writes_one(tmp_path):
    envs = gym.make_vec(ENV_ID, num_envs=4, render_mode="rgb_array", window_size=16)
    envs = vector.RecordVideo(envs, str(tmp_path / "videos"), step_trigger=lambda step: step == 0, video_length=3)
    envs.reset(seed=0)
    for _ in range(5):
        envs.step([0, 1, 2, 3])
    envs.close()
    (video,) = (tmp_path / "videos").iterdir()
    assert video.suffix == ".mp4"
    assert video.stat().st_size > 0
