"""Infos that cost nothing until somebody reads them."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, ValuesView
from typing import Any

import numpy as np
from numpy.typing import NDArray


class LazyInfos(dict[str, Any]):
    """A dict whose values are computed when they are first asked for.

    Infos are a part of every step, and in most programs nobody looks at them. In whatever way the dict is read, copied,
    compared or pickled, it is as if all values had been there from the start.

    Args:
        compute: For each key, what returns its value.

    Example:
        >>> infos = LazyInfos({"distance": lambda: print("computed") or 3.0})
        >>> "distance" in infos, len(infos)
        (True, 1)
        >>> infos["distance"]
        computed
        3.0
        >>> infos
        {'distance': 3.0}
    """

    def __init__(self, compute: dict[str, Callable[[], Any]]) -> None:
        super().__init__(dict.fromkeys(compute))
        self._compute = dict(compute)

    def __getitem__(self, key: str) -> Any:
        if key in self._compute:
            super().__setitem__(key, self._compute[key]())
            del self._compute[key]
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._compute.pop(key, None)
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._compute.pop(key, None)

    def defer(self, key: str, compute: Callable[[], Any]) -> None:
        """Set a value that is computed when it is first asked for."""
        super().__setitem__(key, None)
        self._compute[key] = compute

    # With an __iter__ of its own, dict() and ** take the items one by one, and not as they lie in memory.
    def __iter__(self) -> Iterator[str]:
        return super().__iter__()

    def get(self, key: str, default: Any = None) -> Any:  # noqa: D102
        return self[key] if key in self else default  # noqa: SIM401 (this is it)

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]  # noqa: D102
        self._compute_all()
        return super().items()

    def values(self) -> ValuesView[Any]:  # type: ignore[override]  # noqa: D102
        self._compute_all()
        return super().values()

    def copy(self) -> dict[str, Any]:  # noqa: D102
        return dict(self)

    def pop(self, key: str, *default: Any) -> Any:  # noqa: D102
        if key in self:
            self[key]
        return super().pop(key, *default)

    def popitem(self) -> tuple[str, Any]:  # noqa: D102
        self._compute_all()
        return super().popitem()

    def setdefault(self, key: str, default: Any = None) -> Any:  # noqa: D102
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, /, *others: Any, **more: Any) -> None:  # noqa: D102
        for key, value in dict(*others, **more).items():
            self[key] = value

    def clear(self) -> None:  # noqa: D102
        self._compute.clear()
        super().clear()

    def __or__(self, other: Any) -> Any:
        return self.copy() | other

    def __ror__(self, other: Any) -> Any:
        return other | self.copy()

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    def __eq__(self, other: object) -> bool:
        return self.copy() == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __repr__(self) -> str:
        return repr(self.copy())

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (self.copy(),)

    def _compute_all(self) -> None:
        for key in list(self._compute):
            self[key]


def in_place(number: int, where: NDArray[np.int64], values: NDArray[Any]) -> NDArray[Any]:
    """An array of shape ``(number, ...)`` of ``values`` at ``where``, and of zeros elsewhere."""
    array = np.zeros((number, *values.shape[1:]), values.dtype)
    array[where] = values
    return array


def objects_in_place(number: int, where: NDArray[np.int64], objects: Iterable[Any]) -> NDArray[np.object_]:
    """An object array of shape ``(number,)`` of ``objects`` at ``where``, and of None elsewhere."""
    array = np.full(number, None, np.object_)
    for index, thing in zip(where.tolist(), objects, strict=True):
        array[index] = thing
    return array


def one_by_one(batch: dict[str, NDArray[Any]]) -> list[dict[str, NDArray[Any]]]:
    """A batch of observations as a list of them."""
    return [dict(zip(batch, rows, strict=True)) for rows in zip(*batch.values(), strict=True)]
