"""What goes wrong with a Unity build."""

from gymnasium.error import Error


class UnityError(Error):
    """A Unity build cannot be started, is not the one that is expected, or is gone.

    Whoever raises it has ended the build's process and freed its port.
    """
