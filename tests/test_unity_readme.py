"""The page for those who have Unity: its commands, arguments and links are those that there are."""

import inspect
import re
import shlex

import readme
from unity_build import ENV_ID

from gym_gridworld import zoo
from gym_gridworld.unity import UnityError
from gym_gridworld.unity.env import UnityGridWorldEnv

PAGE = readme.ROOT / "gym_gridworld" / "unity" / "README.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_its_arguments_are_those_of_the_environment():
    parameters = [
        one for name, one in inspect.signature(UnityGridWorldEnv.__init__).parameters.items() if name != "self"
    ]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", TEXT.split("## Arguments")[1], re.MULTILINE)
    assert [name for name, _ in rows] == [one.name for one in parameters]
    for (name, default), one in zip(rows, parameters, strict=True):
        if one.default is not inspect.Parameter.empty and name not in ("worker_id", "additional_args"):
            assert default.strip("`") == f"{one.default:g}" if isinstance(one.default, float) else str(one.default)


def test_its_commands_are_those_of_the_zoo():
    _, block = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    train, enjoy = [shlex.split(line) for line in block.replace("\\\n", " ").splitlines()]
    for command, module in ((train, "train"), (enjoy, "enjoy")):
        assert command[:4] == ["python", "-m", "gym_gridworld.zoo", module]
        assert module in zoo.MODULES
        assert command[command.index("--env") + 1] == ENV_ID
    # What the zoo evaluates, as the tests pass it.
    assert train[-1] == "file_name:'builds/GridWorld.x86_64'"


def test_its_links_lead_somewhere():
    for link in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (PAGE.parent / link).resolve().exists(), link


def test_it_says_what_it_was_tested_with():
    for text in (TEXT, (readme.ROOT / "README.md").read_text(encoding="utf-8")):
        assert "not against a Unity binary" in " ".join(text.split())
    assert UnityError.__name__ in TEXT
