"""The zoo's own command line, for real: a short training, and everything that reads what it wrote."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ENV_ID

from gym_gridworld import __main__ as cli
from gym_gridworld import zoo
from gym_gridworld.optimality import optimal_fraction
from gym_gridworld.report import percent
from gym_gridworld.sb3.runs import load_run

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}


def run(*command, cwd, check=True):
    ended = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert not check or ended.returncode == 0, ended.stderr
    return ended


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A folder in which the README's command ran, with fewer steps."""
    folder = tmp_path_factory.mktemp("trained")
    command = (
        f"rl_zoo3.train --algo dqn --env {ENV_ID} --gym-packages gym_gridworld -P --tensorboard-log logs/tensorboard "
        "--num-threads 1 --seed 0 -n 4000 --eval-freq 1500 --log-interval 100"
    )
    run(*command.split(), "--conf-file", str(ROOT / "hyperparams" / "dqn.yml"), cwd=folder)
    return folder


@pytest.fixture
def run_folder(trained):
    return trained / "logs" / "dqn" / "gym_gridworld-GridWorld-v0_1"


def test_training_leaves_model_evaluations_and_tensorboard_log(trained, run_folder):
    assert (run_folder / "gym_gridworld-GridWorld-v0.zip").is_file()
    assert (run_folder / "best_model.zip").is_file()
    assert (run_folder / "evaluations.npz").is_file()
    assert list(trained.glob("logs/tensorboard/gym_gridworld-GridWorld-v0/DQN_1/events*"))


def test_what_was_saved_loads_and_has_learned(run_folder):
    trained = load_run(run_folder)
    assert (trained.algo, trained.env_id, trained.model.num_timesteps) == ("dqn", ENV_ID, 4096)
    # Always going the same way is right in 250 of the 600 pairs.
    assert optimal_fraction(trained.model, trained.env) > 0.5


def test_the_same_seed_gives_the_same_weights(run_folder, tmp_path):
    """Trained again through the module of hyperparameters, as without a clone."""
    command = f"gym_gridworld.zoo train --algo dqn --env gym_gridworld:{ENV_ID} -n 4000 --seed 0 --num-threads 1"
    run(*command.split(), "--conf-file", "gym_gridworld.hyperparams.dqn", "--eval-freq", "-1", cwd=tmp_path)
    one, other = load_run(run_folder), load_run(tmp_path / "logs" / "dqn" / run_folder.name)
    for (name, weights), again in zip(
        one.model.policy.state_dict().items(), other.model.policy.state_dict().values(), strict=True
    ):
        assert weights.equal(again), name


def test_optimality_command(run_folder, capsys, monkeypatch):
    monkeypatch.chdir(run_folder.parents[2])
    folder = run_folder.relative_to(Path.cwd())
    cli.main(["optimality", str(folder)])
    printed = capsys.readouterr().out
    trained = load_run(run_folder)
    fraction = optimal_fraction(trained.model, trained.env)
    assert f"{round(600 * fraction)} of 600 (agent, target) pairs, {percent(fraction)}%" in printed
    assert str(folder / "gym_gridworld-GridWorld-v0.zip") in printed
    play = printed.split("Play:")[1].split()
    assert play[1:] == f"-m gym_gridworld.zoo enjoy --algo dqn --env {ENV_ID} -f logs --exp-id 1 -n 200".split()
    run(*play[2:], "--no-render", cwd=Path.cwd())


def test_watching_it_play_on_a_screen(trained):
    command = f"gym_gridworld.zoo enjoy --algo dqn --env {ENV_ID} -f logs -n 3"
    assert "gym_gridworld-GridWorld-v0_1" in run(*command.split(), cwd=trained).stdout


def test_video(trained, run_folder):
    run(*f"gym_gridworld.zoo record_video --algo dqn --env {ENV_ID} -f logs -n 5".split(), cwd=trained)
    assert [path.stat().st_size > 0 for path in (run_folder / "videos").glob("*.mp4")] == [True]


def test_learning_curve(trained):
    printed = run(
        *f"gym_gridworld.zoo plots.all_plots -a dqn -e {ENV_ID} -f logs --no-display".split(), cwd=trained
    ).stdout
    (row,) = [line for line in printed.splitlines() if line.startswith("|gym_gridworld-GridWorld-v0")]
    assert "0.0 +/- 0.0" not in row


def test_plot_train_finds_the_run(trained):
    program = (
        "import sys, matplotlib.pyplot as plt\n"
        "plt.show = lambda: print('curves:', len(plt.gca().lines))\n"
        "from gym_gridworld import zoo\n"
        f"zoo.main(['plots.plot_train', '-a', 'dqn', '-e', {ENV_ID!r}, '-f', 'logs', '-w', '10'])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=trained, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert "curves: 1" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["trian"], "invalid choice: 'trian'"),
        ([], "the following arguments are required: MODULE"),
        (["train", "--env", "gym_gridworld/GridWrld-v0"], "Did you mean: `GridWorld`?"),
        (["plots.plot_train", "-e", "gym_gridwrld/GridWorld-v0"], "gym_gridworld"),
        (["plots.all_plots", "-a", "dqn", "-e", "GridWrld", "-f", "logs"], "no folder named like GridWrld in logs"),
        (["enjoy", "--algo", "dqn", "--env"], "argument -e/--env: expected at least one argument"),
    ],
)
def test_a_typo_is_answered_in_one_line(arguments, said, tmp_path):
    ended = run("gym_gridworld.zoo", *arguments, cwd=tmp_path, check=False)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_the_zoo_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "rl_zoo3.import_envs", None)
    with pytest.raises(SystemExit) as ended:
        zoo.main(["train"])
    assert ended.value.code == 2
    assert "install gym_gridworld with its extra [train]" in capsys.readouterr().err


def test_ctrl_c_ends_without_a_traceback(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(zoo.runpy, "run_module", interrupted)
    monkeypatch.setattr(sys, "argv", ["zoo"])
    with pytest.raises(SystemExit) as ended:
        zoo.main(["enjoy"])
    assert ended.value.code == 130


def test_arguments_reach_the_module(monkeypatch):
    called = []
    monkeypatch.setattr(zoo.runpy, "run_module", lambda name, **_: called.append((name, list(sys.argv))))
    monkeypatch.setattr(sys, "argv", ["zoo", "enjoy", "--algo", "dqn", "--help"])
    zoo.main()
    assert called == [("rl_zoo3.enjoy", ["rl_zoo3.enjoy", "--algo", "dqn", "--help"])]


@pytest.mark.parametrize(
    ("arguments", "for_folders", "translated"),
    [
        (["--algo", "dqn"], False, ["--algo", "dqn"]),
        (["--env", ENV_ID], False, ["--env", ENV_ID]),
        ([f"--env={ENV_ID}", "-n", "5"], False, ["-n", "5", "--env", ENV_ID]),
        (["--env", f"gym_gridworld:{ENV_ID}"], False, ["--env", ENV_ID]),
        (
            ["-e", ENV_ID, "CartPole", "-f", "a/b"],
            True,
            ["-f", "a/b", "--env", "gym_gridworld-GridWorld-v0", "CartPole"],
        ),
        (
            ["--gym-packages", "other", "--env", "other/Env-v0"],
            False,
            ["--gym-packages", "other", "--env", "other/Env-v0"],
        ),
    ],
)
def test_translation(arguments, for_folders, translated):
    assert zoo.translate_ids(arguments, for_folders=for_folders) == translated


SETTINGS = "gym_gridworld-GridWorld-v0/args.yml"
CONFIG = "gym_gridworld-GridWorld-v0/config.yml"


def change_text(name, change):
    def broken_file(folder):
        path = folder / name
        path.write_text(change(path.read_text()))

    return broken_file


def broken(run_folder, tmp_path, change):
    copy = tmp_path / run_folder.name
    shutil.copytree(run_folder, copy)
    change(copy)
    return copy


def cut_in_half(folder):
    model = folder / "gym_gridworld-GridWorld-v0.zip"
    model.write_bytes(model.read_bytes()[: model.stat().st_size // 2])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (shutil.rmtree, "no trained agent in"),
        (lambda folder: (folder / "gym_gridworld-GridWorld-v0.zip").unlink(), "GridWorld-v0.zip is missing"),
        (cut_in_half, "cannot be read as a dqn model"),
        (lambda folder: (folder / CONFIG).unlink(), "config.yml is missing"),
        (change_text(CONFIG, lambda _: "a: [1,"), "config.yml is not what the RL Zoo writes"),
        (change_text(CONFIG, lambda _: ""), "config.yml is not what the RL Zoo writes"),
        (change_text(CONFIG, lambda _: "hello"), "config.yml is not what the RL Zoo writes"),
        (change_text(CONFIG, lambda text: text + "- ["), "config.yml is not what the RL Zoo writes"),
        (change_text(CONFIG, lambda text: text.replace("OneHotObs", "OneHotOps")), "OneHotOps"),
        (change_text(CONFIG, lambda text: text.replace("gym_gridworld.wr", "nobodys.wr")), "nobodys"),
        (change_text(SETTINGS, lambda text: text.replace("- dqn", "- dqm")), "'dqm', which the RL Zoo does not know"),
        (change_text(SETTINGS, lambda text: text + "- ["), "args.yml is not what the RL Zoo writes"),
        (lambda folder: (folder / SETTINGS).write_bytes(b"\xff\xfe"), "args.yml is not what the RL Zoo writes"),
        (lambda folder: (folder / SETTINGS).write_text(""), "must hold algo, env and env_kwargs"),
        (lambda folder: (folder / SETTINGS).write_text("algo: dqn"), "must hold algo, env and env_kwargs"),
        # Only the zoo's own tag is read; any other that would build a Python object is refused.
        (lambda folder: (folder / SETTINGS).write_text("!!python/object/apply:os.getcwd []"), "not what the RL Zoo"),
    ],
)
def test_optimality_of_a_broken_run(run_folder, tmp_path, change, said, capsys):
    folder = broken(run_folder, tmp_path, change)
    with pytest.raises(SystemExit) as ended:
        cli.main(["optimality", str(folder)])
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert len(printed.splitlines()) == 1


def test_the_play_command_survives_a_space_in_the_path(run_folder, tmp_path, capsys, monkeypatch):
    logs = tmp_path / "my logs"
    shutil.copytree(run_folder, logs / "dqn" / run_folder.name)
    monkeypatch.chdir(logs / "dqn")
    cli.main(["optimality", run_folder.name])
    assert "-f .. --exp-id 1" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path)
    (logs / "dqn" / run_folder.name).rename(logs / "dqn" / "renamed")
    cli.main(["optimality", "my logs/dqn/renamed"])
    assert "Play:" not in capsys.readouterr().out
    (logs / "dqn" / "renamed").rename(logs / "dqn" / run_folder.name)
    cli.main(["optimality", f"my logs/dqn/{run_folder.name}/"])
    assert "-f 'my logs' --exp-id 1" in capsys.readouterr().out


def test_optimality_without_the_extra(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "gym_gridworld.sb3.runs", None)
    with pytest.raises(SystemExit):
        cli.main(["optimality", "anywhere"])
    assert "install gym_gridworld with its extra [train]" in capsys.readouterr().err
