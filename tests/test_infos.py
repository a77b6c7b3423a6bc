"""Lazy infos: a plain dict in all that can be done with it, and each value is computed once, when it is asked for."""

import copy
import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_gridworld.infos import LazyInfos

KEYS = ["one", "two", "three"]


class Counted:
    """Lazy infos of ``KEYS``, each a list of its own, and what was computed so far."""

    def __init__(self):
        self.computed = []
        self.infos = LazyInfos({key: lambda key=key: self.compute(key) for key in KEYS})

    def compute(self, key):
        self.computed.append(key)
        return [key]


def plain():
    return {key: [key] for key in KEYS}


def delete(infos, key):
    del infos[key]


def set_item(infos, key):
    infos[key] = ["set"]


def merge_in_place(infos, other):
    infos |= other
    return infos


def as_arguments(**arguments):
    return arguments


def matched(infos):
    match infos:
        case {"two": two, **rest}:
            return two, rest


LOOKS_AT_ALL = {
    "dict": dict,
    "dict of items": lambda infos: dict(infos.items()),
    "items": lambda infos: list(infos.items()),
    "values": lambda infos: list(infos.values()),
    "last item": lambda infos: next(reversed(infos.items())),
    "arguments": lambda infos: as_arguments(**infos),
    "arguments of dict": lambda infos: dict(**infos, more=1),
    "display": lambda infos: {"one": 0, **infos, "two": 2},
    "update of another": lambda infos: (other := {"one": 0}, other.update(infos)),
    "merge": lambda infos: infos | {"one": 1, "four": 4},
    "merged into another": lambda infos: {"one": 1, "four": 4} | infos,
    "merge of both": lambda infos: infos | infos,
    "merged in place into another": lambda infos: merge_in_place({"one": 1}, infos),
    "copy method": lambda infos: infos.copy(),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda infos: pickle.loads(pickle.dumps(infos)),
    "oldest pickle": lambda infos: pickle.loads(pickle.dumps(infos, 0)),
    "json": json.dumps,
    "repr": repr,
    "str": str,
    "format": lambda infos: f"{infos}",
    "equal": lambda infos: infos == plain(),
    "equal the other way": lambda infos: plain() == infos,
    "not equal": lambda infos: infos != {**plain(), "one": 1},
    "equal to None": lambda infos: infos == None,  # noqa: E711
    "rest of a match": matched,
}
LOOKS_AT_TWO = {
    "item": lambda infos: infos["two"],
    "get": lambda infos: infos.get("two", 0),
    "pop": lambda infos: infos.pop("two"),
    "pop with a default": lambda infos: infos.pop("two", 0),
    "setdefault": lambda infos: infos.setdefault("two", 0),
    "percent": lambda infos: "%(two)s" % infos,  # noqa: UP031
    "format_map": "{two}".format_map,
}
LOOKS_AT_NONE = {
    "length": len,
    "truth": bool,
    "contains": lambda infos: ("two" in infos, "four" in infos, 1 in infos),
    "keys": lambda infos: infos.keys() & {"two", "four"},
    "list": list,
    "reversed": lambda infos: list(reversed(infos)),
    "star": lambda infos: [*infos],
    "get of another": lambda infos: (infos.get("four"), infos.get("four", 4)),
    "pop of another": lambda infos: infos.pop("four", 4),
    "setdefault of another": lambda infos: infos.setdefault("four"),
    "set": lambda infos: set_item(infos, "two"),
    "set another": lambda infos: set_item(infos, "four"),
    "update": lambda infos: infos.update({"two": 2}, four=4, self=5),
    "update of pairs": lambda infos: infos.update([("two", 2)]),
    "update of nothing": lambda infos: infos.update(),
    "delete": lambda infos: delete(infos, "two"),
    "clear": lambda infos: infos.clear(),
}
CHANGES = {
    "merge in place": lambda infos: merge_in_place(infos, {"one": 1, "four": 4}),
    "merge pairs in place": lambda infos: merge_in_place(infos, [("one", 1)]),
    "popitem": lambda infos: infos.popitem(),
    "change of a value": lambda infos: infos["one"].append("more"),
}
ERRORS = {
    "item of no such key": lambda infos: infos["four"],
    "delete of no such key": lambda infos: delete(infos, "four"),
    "pop of no such key": lambda infos: infos.pop("four"),
    "pop with two defaults": lambda infos: infos.pop("four", 1, 2),
    "update of two": lambda infos: infos.update({}, {}),
    "merge of a number": lambda infos: infos | 1,
    "merge into a number": lambda infos: 1 | infos,
    "hash": hash,
    "list as a key": lambda infos: infos[[]],
}
OPERATIONS = {**LOOKS_AT_ALL, **LOOKS_AT_TWO, **LOOKS_AT_NONE, **CHANGES, **ERRORS}


def outcome(operation, infos):
    try:
        result = operation(infos)
    except Exception as error:  # noqa: BLE001
        return type(error)
    return dict(result) if isinstance(result, dict) else result


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_that_of_a_dict(name):
    counted, expected = Counted(), plain()
    assert outcome(OPERATIONS[name], counted.infos) == outcome(OPERATIONS[name], expected)
    assert list(counted.infos.items()) == list(expected.items())
    assert (name in ERRORS) == isinstance(outcome(OPERATIONS[name], plain()), type)


@settings(deadline=None, max_examples=200)
@given(names=st.lists(st.sampled_from(sorted(OPERATIONS)), max_size=8))
def test_operations_in_turn_are_those_of_a_dict(names):
    counted, expected = Counted(), plain()
    for name in names:
        assert outcome(OPERATIONS[name], counted.infos) == outcome(OPERATIONS[name], expected), name
        assert list(counted.infos) == list(expected), name
    assert list(counted.infos.items()) == list(expected.items())
    assert len(counted.computed) == len(set(counted.computed))


@pytest.mark.parametrize(
    ("operations", "computed"), [(LOOKS_AT_ALL, KEYS), (LOOKS_AT_TWO, ["two"]), (LOOKS_AT_NONE, [])]
)
def test_nothing_is_computed_before_it_is_asked_for_or_twice(operations, computed):
    for name, operation in operations.items():
        counted = Counted()
        outcome(operation, counted.infos)
        assert sorted(counted.computed) == sorted(computed), name
        outcome(operation, counted.infos)
        assert sorted(counted.computed) == sorted(computed), name


@pytest.mark.parametrize("name", ["copy method", "copy", "deepcopy", "pickle", "merge"])
def test_a_copy_is_a_plain_dict(name):
    assert type(LOOKS_AT_ALL[name](Counted().infos)) is dict


def test_a_shallow_copy_shares_values_and_a_deep_one_does_not():
    infos = Counted().infos
    assert copy.copy(infos)["one"] is infos["one"]
    assert copy.deepcopy(infos)["one"] is not infos["one"]


def test_defer():
    counted = Counted()
    counted.infos.defer("two", lambda: counted.compute("later"))
    counted.infos.defer("four", lambda: counted.compute("four"))
    assert list(counted.infos) == [*KEYS, "four"]
    assert counted.computed == []
    assert counted.infos == {**plain(), "two": ["later"], "four": ["four"]}
    counted.infos.defer("one", lambda: "again")
    assert counted.infos["one"] == "again"


def test_a_value_that_failed_is_computed_when_it_is_asked_for_again():
    attempts = iter([1 / 2, 0.0])
    infos = LazyInfos({"one": lambda: 1 / (next(attempts) - 0.5)})
    with pytest.raises(ZeroDivisionError):
        infos["one"]
    assert infos == {"one": -2.0}


def test_two_of_the_same_functions_do_not_share_what_is_computed():
    compute = {"one": lambda: [1]}
    infos, other = LazyInfos(compute), LazyInfos(compute)
    assert infos == {"one": [1]}
    assert other == {"one": [1]}
    assert list(compute) == ["one"]
