"""The README: its tables are what the results say, its commands exist, its pictures too."""

import re
import shlex

import gymnasium as gym
import pytest
import readme
import yaml
from conftest import ENV_ID
from rl_zoo3.utils import get_callback_list, get_wrapper_class
from stable_baselines3 import DQN
from stable_baselines3.common.env_util import make_vec_env

import gym_gridworld
from gym_gridworld import wrappers, zoo
from gym_gridworld.__main__ import COMMANDS
from gym_gridworld.sb3 import GridWorldVecEnv

TEXT = readme.README.read_text(encoding="utf-8")
MAKEFILE = (readme.ROOT / "Makefile").read_text(encoding="utf-8")


def test_tables_are_up_to_date():
    assert readme.filled(TEXT) == TEXT


def test_the_agents_page_is_up_to_date():
    text = readme.AGENTS.read_text(encoding="utf-8")
    assert readme.filled(text, readme.AGENTS_SECTIONS) == text
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (readme.AGENTS.parent / link.split("#")[0]).exists(), link


def test_a_lost_section_is_noticed():
    with pytest.raises(ValueError, match="inputs"):
        readme.filled(TEXT.replace("<!-- inputs -->", ""))


def test_every_id_has_its_row():
    for env_id in gym_gridworld.ENVIRONMENTS:
        assert f"| `{env_id}` |" in TEXT


def test_every_wrapper_has_its_row():
    rows = set(re.findall(r"^\| `(\w+)[`(]", TEXT.split("### Wrappers")[1], re.MULTILINE))
    assert set(wrappers.__all__) <= rows


def test_links_lead_somewhere():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", TEXT) if not link.startswith("http")]
    assert links
    for link in links:
        assert (readme.ROOT / link).exists(), link


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_python_runs():
    environment, layouts, vector, optimality, planning = blocks("python")
    namespace = {}
    exec(environment, namespace)  # noqa: S102
    assert namespace["picture"].shape == (512, 512, 3)
    namespace = {"gym": gym}
    exec(layouts, namespace)  # noqa: S102
    assert namespace["env"].unwrapped.layout.rows == ("A.#..", "..~.T", ".....")
    namespace = {"gym": gym}
    exec(vector, namespace)  # noqa: S102
    assert namespace["observations"]["agent"].shape == (1024, 2)
    env = wrappers.OneHotObservation(gym.make(ENV_ID, size=2), "axis")
    namespace = {"env": env, "model": DQN("MlpPolicy", env, buffer_size=1)}
    exec(optimality, namespace)  # noqa: S102
    assert 0.0 <= namespace["fraction"] <= 1.0
    namespace = {"gym": gym}
    exec(planning, namespace)  # noqa: S102
    assert 0.0 < namespace["value"] <= 1.0


def test_yaml_is_an_entry_of_the_zoo():
    native, episodes, callback = [yaml.safe_load(block) for block in blocks("yaml")]
    assert isinstance(get_wrapper_class(native, "vec_env_wrapper")(make_vec_env(ENV_ID, 2)), GridWorldVecEnv)
    stop, log = get_callback_list(episodes)
    assert (stop.threshold, stop.window, log.frequency) == (200.0, 100, 20)
    (made,) = get_callback_list(callback)
    assert (made.frequency, made.patience) == (10_000, 3)


def test_commands_exist():
    named = set(re.findall(r"python -m gym_gridworld (\w+)", TEXT))
    assert named <= set(COMMANDS)
    assert named >= {"optimality", "plot"}


def test_the_commands_are_the_makefiles():
    (command,) = [block for block in blocks("sh") if "rl_zoo3.train" in block and "\\\n" in block]
    recipe = MAKEFILE.split("$(BIN)/python -m rl_zoo3.train")[1].split("\n\t@")[0]
    recipe = recipe.replace("$(ENV_ID)", ENV_ID).replace("$(LOGS)", "logs").replace("$(SEED)", "0")
    assert shlex.split(command.replace("\\\n", " "))[3:] == shlex.split(recipe.replace("\\\n", " "))


def test_modules_of_the_zoo_exist():
    named = set(re.findall(r"gym_gridworld\.zoo ([\w.]+)", TEXT)) - {"MODULE"}
    assert named
    assert named <= set(zoo.MODULES)
