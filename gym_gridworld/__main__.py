"""``python -m gym_gridworld``: what the package can say and show of its environments and of trained agents."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gymnasium.error import Error

from gym_gridworld.commands import list as list_command
from gym_gridworld.commands import optimality, play, plot, watch

COMMANDS = {"list": list_command, "play": play, "optimality": optimality, "plot": plot, "watch": watch}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line.

    Args:
        arguments: The command and its arguments; by default the command line's.

    Raises:
        SystemExit: For a mistake in the arguments: code 2, and one line that says what is wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m gym_gridworld", description="Grid worlds, solved exactly.")
    parsers = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        command.add_arguments(parsers.add_parser(name, help=command.HELP, description=command.__doc__))
    options = parser.parse_args(arguments)
    try:
        COMMANDS[options.command].run(options)
    except ModuleNotFoundError as error:
        parser.exit(2, f"{parser.prog}: error: {error.name} is missing: install gym_gridworld with its extra [train]\n")
    except (Error, OSError, TypeError, ValueError) as error:
        # What a library says may have several lines.
        parser.exit(2, f"{parser.prog}: error: {' '.join(str(error).split())}\n")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
