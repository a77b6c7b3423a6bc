"""The extra ``unity`` beside the extra ``train``, in one environment: the one that the tests run in."""

import importlib.metadata
import subprocess
import sys

import pytest
import readme
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytest.importorskip("mlagents_envs", reason="the extra unity is not installed")

INSTALLED = {
    canonicalize_name(distribution.metadata["Name"]): distribution
    for distribution in reversed(list(importlib.metadata.distributions()))
}


def wanted(name, extras, seen):
    """What a distribution needs, and what that needs: pairs of who and a requirement."""
    for text in INSTALLED[name].requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        yield name, requirement
        needed = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if needed not in seen and needed[0] in INSTALLED:
            seen.add(needed)
            yield from wanted(*needed, seen)


def test_what_both_extras_need_is_there():
    needed = list(wanted("gym-gridworld", {"train", "unity"}, set()))
    assert {"mlagents-envs", "protobuf", "tensorboard", "torch"} <= {requirement.name for _, requirement in needed}
    for name, requirement in needed:
        version = INSTALLED[canonicalize_name(requirement.name)].version
        assert requirement.specifier.contains(version, prereleases=True), f"{name} needs {requirement}, got {version}"


def test_tensorboard_and_ml_agents_share_a_protobuf(tmp_path):
    program = (
        "from torch.utils.tensorboard import SummaryWriter; from gym_gridworld.unity import ml_agents\n"
        f"writer = SummaryWriter({str(tmp_path)!r}); writer.add_scalar('reward', 0.5, 1); writer.close()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert list(tmp_path.glob("events*"))
    shown = [sys.executable, "-m", "tensorboard.main", "--version"]
    assert subprocess.run(shown, check=True, capture_output=True, text=True).stdout


def test_ml_agents_is_imported_without_a_warning():
    program = "from gym_gridworld.unity import ml_agents"
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, capture_output=True)


def test_the_tests_are_run_with_it():
    """Or else this would be left out everywhere."""
    assert "'.[train,test,unity]'" in (readme.ROOT / "Makefile").read_text()
