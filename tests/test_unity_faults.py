"""What can go wrong with a Unity build: it is said clearly, nobody is left running, and the port is free."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gymnasium as gym
import pytest
from gymnasium.error import ClosedEnvironmentError
from unity_build import BASE_PORT, ENV_ID, is_free, is_running, said, write_build

from gym_gridworld.unity import UnityError

PORT = BASE_PORT + 3
# Left alone, the one that waits asks a hundred times a second.
SOON = 2


@pytest.fixture
def start(unity_build, tmp_path):
    """Starts a build with arguments of the peer, which writes into ``log``."""
    made = []

    def make(*peer, **arguments):
        log = ["-logFile", str(tmp_path / "log")]
        given = {"worker_id": 3, "base_port": BASE_PORT, "timeout_wait": 20, "additional_args": log, **arguments}
        if "file_name" not in given:
            given["file_name"] = unity_build(*peer)
        made.append(gym.make(ENV_ID, **given))
        return made[-1]

    yield make
    for env in made:
        env.close()


def step_on(env):
    """Play until something happens."""
    env.reset()
    while True:
        if env.step(0)[2]:
            env.reset()


def assert_nothing_is_left(log):
    pid = int(said(log)["pid"].split()[0])
    for _ in range(100):
        if not is_running(pid):
            break
        time.sleep(0.05)
    assert not is_running(pid)
    assert is_free(PORT)


NO_EPISODE = {
    "never connects": (
        ["--misbehave", "never connects"],
        [f"did not answer on port {PORT} within {SOON} s; its log is"],
    ),
    "dies at once": (["--misbehave", "dies at once"], [f"on port {PORT}: Environment shut down with return code 3"]),
    "another protocol": (["--version", "2.0.0"], ["Python API: 1.5.0, Unity API: 2.0.0"]),
    "no protocol": (["--version", "new"], ["invalid version number 'new'"]),
    "another image": (
        ["--image", "84x84x3"],
        [
            "expected the observations a camera image (64, 84, 3) and a goal signal (2,), and GridWorld?team=0 has",
            "has an image (84, 84, 3), a goal signal (2,)",
        ],
    ),
    "a goal of three": (["--goal", "3"], ["and GridWorld?team=0 has an image (64, 84, 3), a goal signal (3,)"]),
    "no goal sensor": (["--no-signal"], ["has an image (64, 84, 3), a vector (2,)"]),
    "another vector": (["--more", "4"], ["has an image (64, 84, 3), a goal signal (2,), a vector (4,)"]),
    "a goal too many": (["--more", "2"], ["has an image (64, 84, 3), a goal signal (2,), a vector (2,)"]),
    "four actions": (
        ["--branches", "4"],
        [
            "expected the actions one discrete branch of 5: none, up, down, left, right, and GridWorld?team=0 has",
            "has 0 continuous actions and discrete branches of [4]",
        ],
    ),
    "two branches": (["--branches", "5x5"], ["discrete branches of [5, 5]"]),
    "continuous": (["--branches", "", "--continuous", "2"], ["has 2 continuous actions and discrete branches of []"]),
    "two behaviours": (
        ["--behaviours", "2"],
        ["expected one behaviour in the scene, got GridWorld?team=0, GridWorld1?team=0"],
    ),
    "no agents": (["--agents", "0"], ["expected one behaviour in the scene, got none"]),
}


@pytest.mark.parametrize(("peer", "told"), NO_EPISODE.values(), ids=NO_EPISODE)
def test_a_build_that_is_not_what_it_must_be(start, tmp_path, peer, told):
    arguments = {"timeout_wait": SOON} if "never connects" in peer else {}
    with pytest.raises(UnityError) as raised:
        start(*peer, **arguments)
    for part in told:
        assert part in str(raised.value)
    assert_nothing_is_left(tmp_path / "log")


IN_EPISODE = {
    "dies": (["--misbehave", "dies"], ["return code -9 (SIGKILL)"]),
    "hangs": (["--misbehave", "hangs"], [f"did not answer on port {PORT} within {SOON} s"]),
    "quits": (["--misbehave", "quits"], [f"closed its connection on port {PORT}"]),
    "garbled": (["--misbehave", "garbled"], ["cannot identify image file"]),
    "not a number": (["--misbehave", "not a number"], ["The rewards provided had NaN values"]),
    "nobody left": (["--misbehave", "deserts"], [f"did not answer on port {PORT} within {SOON} s"]),
    "too bright": (["--uncompressed", "--brightness", "255"], ["numbers from 0 to 1, got numbers from 0 to 222"]),
}


@pytest.mark.parametrize(("peer", "told"), IN_EPISODE.values(), ids=IN_EPISODE)
def test_a_build_that_goes_wrong_in_mid_episode(start, tmp_path, peer, told):
    # While it looks whether the build still runs, it uses the processor.
    waits = {"hangs", "deserts"} & set(peer)
    env = start(*peer, "--at", "4", timeout_wait=SOON if waits else 20)
    with pytest.raises(UnityError) as raised:
        step_on(env)
    for part in told:
        assert part in str(raised.value)
    assert_nothing_is_left(tmp_path / "log")
    env.close()
    with pytest.raises(ClosedEnvironmentError, match="has been closed: make another environment"):
        env.reset()


def test_ctrl_c_while_the_build_is_waited_for(start, tmp_path):
    env = start("--misbehave", "hangs", "--at", "4")

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 1.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            step_on(env)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert_nothing_is_left(tmp_path / "log")


@pytest.mark.parametrize(("end", "code"), [("", 0), ("raise ValueError", 1), ("env.reset(); env.step(0)", 0)])
def test_a_program_that_does_not_close_it_ends_it(unity_build, tmp_path, end, code):
    settings = {"file_name": str(unity_build()), "worker_id": 3, "base_port": BASE_PORT}
    settings["additional_args"] = ["-logFile", str(tmp_path / "log")]
    program = f"import gymnasium; env = gymnasium.make('gym_gridworld:{ENV_ID}', **{settings}); {end}"
    logs = tmp_path / "logs"
    logs.mkdir()
    environment = {**os.environ, "TMPDIR": str(logs)}
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, env=environment, capture_output=True, timeout=300, check=False)
    assert ended.returncode == code
    assert_nothing_is_left(tmp_path / "log")
    assert list(logs.iterdir()) == []


def test_a_build_in_a_script_is_ended_with_it(start, tmp_path):
    """As one is that makes a screen for it."""
    with pytest.raises(UnityError, match="did not answer"):
        start(file_name=write_build(tmp_path, "--misbehave", "never connects", launch=""), timeout_wait=SOON)
    assert_nothing_is_left(tmp_path / "log")


def test_no_such_file(start, tmp_path):
    with pytest.raises(UnityError, match=re.escape(f"no Unity build at {tmp_path / 'nothing'}: file_name must be")):
        start(file_name=tmp_path / "nothing")
    with pytest.raises(UnityError, match="no Unity build at"):
        start(file_name=tmp_path)


def test_a_file_without_the_run_bit(start, tmp_path):
    build = write_build(tmp_path)
    build.chmod(0o644)
    with pytest.raises(UnityError, match=re.escape(f"{build} may not be executed: give it the run bit, chmod +x")):
        start(file_name=build)


def test_a_file_that_is_no_program(start, tmp_path):
    build = write_build(tmp_path)
    build.write_text("no program")
    with pytest.raises(UnityError, match="Exec format error"):
        start(file_name=build)
    assert is_free(PORT)


def test_a_name_without_unitys_ending(start, tmp_path, monkeypatch):
    start(file_name=write_build(tmp_path).with_suffix("")).close()
    monkeypatch.chdir(tmp_path)
    start(file_name="GridWorld").close()
    with pytest.raises(UnityError, match="no Unity build at sh"):
        start(file_name="sh")


def test_another_program_on_the_port(start):
    with socket.socket() as other:
        other.bind(("localhost", PORT))
        other.listen()
        with pytest.raises(UnityError, match=f"port {PORT} is in use, by another program or another environment"):
            start()
        # Without a worker id, the next one is taken.
        start(worker_id=None, base_port=PORT).close()
        with socket.create_connection(("localhost", PORT)):
            pass
    start().close()


def test_the_log_of_what_went_wrong_stays(start, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(UnityError) as raised:
        start("--version", "2.0.0", additional_args=())
    log = Path(re.search(r"its log is (\S+)", str(raised.value))[1])
    assert log.name == "Player-3.log"
    assert_nothing_is_left(log)
    start(additional_args=()).close()
    assert list(tmp_path.glob("gym_gridworld-unity-*")) == [log.parent]
