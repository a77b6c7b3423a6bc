"""Maps: how they are read, the named and the random ones, and the game on them."""

import copy
import pickle
from collections import Counter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_gridworld import GridWorldEnv
from gym_gridworld.dynamics import MOVES, dynamics_of
from gym_gridworld.layouts import Layout, open_layout, read_layout
from gym_gridworld.maps import NAMED

MAP = ("..T", "A#~")


@st.composite
def layouts(draw):
    width, height = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    row = st.text("....#~AT", min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=height, max_size=height))
    try:
        return Layout(tuple(rows))
    except ValueError:
        return open_layout(2)


def graph(layout):
    """The floor as networkx has it, an edge a step."""
    symbol = {(x, layout.height - 1 - y): s for y, row in enumerate(layout.rows) for x, s in enumerate(row)}
    floor = [cell for cell, s in symbol.items() if s not in "#~"]
    joined = nx.Graph()
    joined.add_nodes_from(floor)
    joined.add_edges_from(((x, y), (x + dx, y + dy)) for x, y in floor for dx, dy in MOVES if (x + dx, y + dy) in floor)
    return joined


@pytest.mark.parametrize(
    "given_as",
    [
        Layout(MAP),
        list(MAP),
        MAP,
        "..T\nA#~",
        "\n    ..T\n    A#~\n    ",
        "..T  \r\nA#~\r\n",
        "\r\n..T\r\nA#~",
    ],
)
def test_all_ways_to_write_a_map(given_as):
    assert read_layout(given_as) == Layout(MAP)


@pytest.mark.parametrize("as_text", [True, False])
def test_a_map_from_a_file(tmp_path, as_text):
    path = tmp_path / "map.txt"
    path.write_text("\ufeff\n  ..T\n  A#~\n\n", encoding="utf-8")
    assert read_layout(str(path) if as_text else path) == Layout(MAP)


def test_a_file_is_read_anew(tmp_path):
    path = tmp_path / "map.txt"
    for rows in (MAP, ("A.T",)):
        path.write_text("\n".join(rows), encoding="utf-8")
        assert GridWorldEnv(layout=str(path)).layout.rows == rows


def test_a_file_without_an_ending_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").write_text("A.T")
    assert read_layout("mine").rows == ("A.T",)


@pytest.mark.parametrize(
    ("name", "width", "height", "floor", "pairs"),
    [
        ("four_rooms", 13, 13, 104, 10_712),
        ("maze", 15, 15, 101, 10_100),
        ("cliff", 12, 4, 38, 1),
        ("corridor", 15, 3, 15, 1),
    ],
)
def test_named_maps(name, width, height, floor, pairs):
    layout = read_layout(name)
    assert (layout.width, layout.height, (layout.regions == 0).sum()) == (width, height, floor)
    assert layout.regions.max() == 0
    assert len(set(layout.starts)) * len(layout.targets) - len(np.intersect1d(layout.starts, layout.targets)) == pairs


def test_every_named_map_is_tested():
    assert set(NAMED) == {"four_rooms", "maze", "cliff", "corridor"}


@settings(deadline=None)
@given(size=st.integers(2, 9), density=st.floats(0, 0.9), seed=st.integers(0, 2**64))
def test_random_maps_can_be_solved_and_have_the_walls_asked_for(size, density, seed):
    n_walls = int(density * size * size)
    if size * size - n_walls < 2:
        return
    layout = read_layout(f"random:{size}:{density}:{seed}")
    assert "".join(layout.rows).count("#") == n_walls
    assert nx.is_connected(graph(layout))


def test_random_maps_are_the_same_everywhere_and_differ_by_seed():
    assert read_layout("random:5:0.4:11").rows == ("##.##", ".....", "###..", ".#...", "...##")
    assert len({read_layout(f"random:8:0.3:{seed}") for seed in range(20)}) == 20


@settings(deadline=None, max_examples=200)
@given(layouts())
def test_regions_starts_and_targets_against_networkx(layout):
    components = list(nx.connected_components(graph(layout)))
    cell = {layout.location(number): number for number in range(len(layout.symbols))}
    for component in components:
        assert len({layout.regions[cell[location]] for location in component}) == 1
    assert layout.regions.max() + 1 == len(components)
    marked = {symbol: set(np.flatnonzero(layout.symbols == symbol)) for symbol in "AT"}
    floor = {cell[location] for component in components for location in component}
    assert set(layout.targets) == (marked["T"] or floor)
    assert set(layout.starts) == {
        start
        for start in marked["A"] or floor
        if any(target != start and layout.regions[target] == layout.regions[start] for target in layout.targets)
    }


@settings(deadline=None, max_examples=200)
@given(layouts())
def test_distances_against_networkx(layout):
    dynamics = dynamics_of(layout)
    lengths = dict(nx.all_pairs_shortest_path_length(graph(layout)))
    for target in layout.targets.tolist():
        distances = dynamics.distances_to(target)
        for cell in range(dynamics.n_cells):
            expected = lengths.get(layout.location(cell), {}).get(layout.location(target), np.inf)
            assert distances[cell] == expected


@settings(deadline=None, max_examples=200)
@given(layouts(), st.integers(0, 2**32), st.lists(st.integers(0, 3), max_size=40), st.sampled_from([0.0, 0.4, 1.0]))
def test_play_follows_the_map(layout, seed, actions, slip):
    env = GridWorldEnv(layout=layout, slip=slip)
    observation, info = env.reset(seed=seed)
    assert env.agent_cell in layout.starts
    assert env.target_cell in layout.targets
    assert 0 < info["distance"] < np.inf
    for action in actions:
        before = tuple(observation["agent"].tolist())
        observation, reward, terminated, truncated, info = env.step(action)
        assert observation in env.observation_space
        after = tuple(observation["agent"].tolist())
        possible = {action} if slip == 0 else {(action - 1) % 4, (action + 1) % 4} | ({action} if slip < 1 else set())
        moves = {(before[0] + MOVES[move][0], before[1] + MOVES[move][1]) for move in possible}
        assert after in moves | {before}
        symbol = layout.symbols[env.agent_cell]
        assert symbol != "#"
        assert reward == (1.0 if env.agent_cell == env.target_cell else -1.0 if symbol == "~" else 0.0)
        assert (terminated, truncated) == (reward != 0.0, False)
        assert (info["distance"] == np.inf) == (symbol == "~")
        if terminated:
            break


def test_a_wall_stops_and_the_edge_too():
    env = GridWorldEnv(layout=["..T", "A#."])
    env.reset(options={"agent": (0, 0)})
    for action in (0, 2, 3):
        assert env.step(action)[0]["agent"].tolist() == [0, 0]
    assert env.step(1)[0]["agent"].tolist() == [0, 1]


def test_a_pit_ends_the_episode():
    env = GridWorldEnv(layout="cliff")
    env.reset()
    observation, reward, terminated, truncated, info = env.step(0)
    assert observation["agent"].tolist() == [1, 0]
    assert (reward, terminated, truncated, info) == (-1.0, True, False, {"distance": np.inf})


@pytest.mark.parametrize("slip", [0.0, 0.3, 1.0])
def test_slip_is_the_share_of_moves_to_either_side(slip):
    env = GridWorldEnv(layout=open_layout(9), slip=slip)
    env.reset(seed=0)
    counts = Counter()
    for _ in range(9000):
        env.reset(options={"agent": (4, 4), "target": (0, 0)})
        counts[tuple((env.step(1)[0]["agent"] - 4).tolist())] += 1
    for move, share in (((0, 1), 1 - slip), ((1, 0), slip / 2), ((-1, 0), slip / 2), ((0, -1), 0.0)):
        # Four standard deviations.
        assert abs(counts[move] / 9000 - share) <= 4 * (share * (1 - share) / 9000) ** 0.5


def test_starts_and_targets_are_drawn_uniformly_where_there_is_a_way():
    env = GridWorldEnv(layout=["..#.", "###.", ".###"])
    env.reset(seed=0)
    counts = Counter()
    for _ in range(8000):
        observation, _ = env.reset()
        counts[tuple(observation["agent"].tolist()), tuple(observation["target"].tolist())] += 1
    pairs = [((0, 2), (1, 2)), ((1, 2), (0, 2)), ((3, 1), (3, 2)), ((3, 2), (3, 1))]
    assert set(counts) == set(pairs)
    assert sum((counts[pair] - 2000) ** 2 / 2000 for pair in pairs) < 16.3  # 99.9th percentile, 3 degrees


def test_the_bounds_are_those_of_each_axis():
    env = GridWorldEnv(layout="cliff")
    for space in env.observation_space.values():
        assert (space.low.tolist(), space.high.tolist(), space.dtype) == ([0, 0], [11, 3], np.int64)


def test_a_named_open_map_plays_as_the_open_grid_of_its_size():
    one, other = GridWorldEnv(size=4), GridWorldEnv(layout="....\n....\n....\n....")
    for env in (one, other):
        env.action_space.seed(3)
    assert str(one.reset(seed=3)) == str(other.reset(seed=3))
    for _ in range(500):
        a, b = one.step(one.action_space.sample()), other.step(other.action_space.sample())
        assert str(a) == str(b)
        if a[2]:
            assert str(one.reset()) == str(other.reset())


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_copies_go_on_as_the_original(copied):
    env = GridWorldEnv(layout="four_rooms", slip=0.5)
    env.reset(seed=5)
    twin = copied(env)
    for _ in range(200):
        one, other = env.step(1), twin.step(1)
        assert str(one) == str(other)
        if one[2]:
            break


def test_spec_makes_it_again(make):
    env = make("gym_gridworld/FourRooms-v0", slip=0.25)
    again = make(env.spec)
    assert (again.unwrapped.layout, again.unwrapped.slip) == (env.unwrapped.layout, 0.25)


def test_the_picture_of_a_layout_shows_what_lies_where(make):
    env = make("gym_gridworld/CliffGrid-v0", render_mode="rgb_array", window_size=120)
    env.reset()
    image = env.render()
    assert image.shape == (40, 120, 3)
    cells = image.reshape(4, 10, 12, 10, 3).swapaxes(1, 2)
    top, bottom = cells[0], cells[3]
    assert all(np.array_equal(cell, top[0]) for cell in top)
    assert all(np.array_equal(cell, bottom[1]) for cell in bottom[1:11])
    assert len({cell.tobytes() for cell in (top[0], bottom[0], bottom[1], bottom[11])}) == 4
    env.step(0)
    assert not np.array_equal(env.render()[30:, 10:20], bottom[1])


def test_the_text_of_a_layout():
    env = GridWorldEnv(layout=["..T", "A#~"], render_mode="ansi")
    env.reset()
    assert env.render() == ". . T\nA # ~"


def test_what_is_wrong_with_a_file_names_the_file(tmp_path):
    path = tmp_path / "map.txt"
    path.write_text("##\n##")
    with pytest.raises(ValueError, match=r"map\.txt: a layout must have floor"):
        read_layout(path)
