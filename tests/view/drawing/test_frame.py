"""The picture: it can be read back, numbers stand at their wires, small graphs look good.

`UPDATE_GOLDENS=1 pytest tests/view/drawing/test_frame.py` rewrites the pictures in `goldens`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.view.drawing.boxes import Box, Window, Wire
from graphtui.view.drawing.frame import draw
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import Marks
from graphtui.view.text.lines import plain
from graphtui.view.text.safe_text import cell_width
from tests.view.drawing.reading import cells, check_part, expected, read_back

GOLDENS = Path(__file__).parent / "goldens"


def described(text: str, gap: int = 6) -> Layout:
    """The layout of leaves and ops, written as `x y s=+(x,y) f=exp(s)`; `g:=` makes a group."""
    boxes, wires, used = [], [], set()
    for word in text.split():
        key, _, rest = word.partition("=")
        label, _, operands = rest.removesuffix(")").partition("(")
        sources = operands.split(",") if rest else []
        kind = "group" if key.endswith(":") else "op" if rest else "leaf"
        key = key.removesuffix(":")
        boxes.append((key, label.replace("_", " ") or key, len(sources), kind))
        wires += [Wire(source, key, slot) for slot, source in enumerate(sources)]
        used |= set(sources)
    return lay_out([Box(*box, gap, output=box[0] not in used) for box in boxes], wires)


def numbered(layout: Layout) -> Marks:
    """Some numbers on every wire."""
    keys = list(layout.placed)
    return Marks(
        values={key: f"{(-1) ** i * (i + 0.25):.2f}" for i, key in enumerate(keys)},
        gradients={key: f"{(-1) ** (i // 2) * 0.1 * i:.2f}" for i, key in enumerate(keys)},
    )


# Reading back


@st.composite
def dags(draw: st.DrawFn) -> tuple[list[Box], list[Wire]]:
    """Up to 40 boxes with up to 4 operands, repeated ones included."""
    boxes: list[Box] = []
    wires: list[Wire] = []
    for number in range(draw(st.integers(1, 40))):
        inputs = draw(st.integers(0, 4)) if number else 0
        kind = draw(st.sampled_from(["op", "group"])) if inputs else "leaf"
        gap = draw(st.sampled_from([6, 8]))
        boxes.append(Box(f"n{number}", "op", inputs, kind, gap, draw(st.booleans())))
        near = draw(st.integers(0, number - 1)) if number else 0
        for slot in range(inputs):
            wires.append(Wire(f"n{draw(st.integers(near, number - 1))}", f"n{number}", slot))
    return boxes, wires


@settings(max_examples=30, deadline=None)
@given(dags())
def test_the_drawing_can_be_read_back(graph: tuple[list[Box], list[Wire]]) -> None:
    layout = lay_out(*graph)
    grid = cells(plain(draw(layout, numbered(layout))).split("\n"))
    assert read_back(layout, grid) == expected(layout)


@settings(max_examples=30, deadline=None)
@given(dags(), st.data())
def test_the_drawing_can_be_read_back_whatever_is_marked(
    graph: tuple[list[Box], list[Wire]], data: st.DataObject
) -> None:
    layout = lay_out(*graph)
    roles = st.sampled_from(["wire", "wire.read", "wire.done"])
    marks = Marks(
        wires={wire: data.draw(roles) for wire in sorted(expected(layout))},
        boxes={key: data.draw(st.sampled_from(["node.current", "node"])) for key in layout.placed},
        focus=data.draw(st.sampled_from(sorted(layout.placed))),
    )
    grid = cells(plain(draw(layout, marks)).split("\n"))
    assert read_back(layout, grid) == expected(layout)


def test_the_reader_notices_a_wrong_drawing() -> None:
    layout = described("a b c=f(b,a) d=g(a,b)")
    grid = plain(draw(layout)).split("\n")
    assert sum(row.count("┼") for row in grid) == 1, "the sample has a crossing"
    joined = [row.replace("┼", "●") for row in grid]
    with pytest.raises(AssertionError, match="runs into"):
        read_back(layout, cells(joined))
    cut = [row.replace("┼", " ") for row in grid]
    with pytest.raises(AssertionError, match="breaks off"):
        read_back(layout, cells(cut))


@settings(max_examples=30, deadline=None)
@given(dags(), st.integers(-5, 60), st.integers(-5, 40), st.integers(0, 50), st.integers(0, 20))
def test_a_window_shows_its_part_of_the_whole(
    graph: tuple[list[Box], list[Wire]], x: int, y: int, width: int, height: int
) -> None:
    layout = lay_out(*graph)
    marks = numbered(layout)
    whole = cells(plain(draw(layout, marks)).split("\n"))
    window = Window(x, y, width, height)
    check_part(plain(draw(layout, marks, window)).split("\n"), whole, window)


@settings(max_examples=30, deadline=None)
@given(dags())
def test_ascii_is_ascii_and_of_the_same_shape(graph: tuple[list[Box], list[Wire]]) -> None:
    layout = lay_out(*graph)
    pictured, typed = plain(draw(layout)), plain(draw(layout, ascii_only=True))
    assert typed.isascii()
    assert [[c != " " for c in row] for row in typed.split("\n")] == [
        [c != " " for c in row] for row in pictured.split("\n")
    ]


# Numbers and states


def test_numbers_have_roles_and_an_absent_one_is_no_number() -> None:
    layout = described("x f=exp(x)")
    marks = Marks(values={"x": "1.00", "f": "2.72"}, gradients={"x": "·", "f": "1.00"})
    roles = {span.text: span.role for line in draw(layout, marks) for span in line}
    assert roles["1.00"] in ("value", "gradient")
    assert (roles["2.72"], roles["·"]) == ("value", "absent")


def test_a_number_never_grows_beyond_its_gap() -> None:
    layout = described("x f=exp(x)", gap=4)
    draw(layout, Marks(values={"x": "1.00"}))
    with pytest.raises(AssertionError, match="wider than the 4 cells"):
        draw(layout, Marks(values={"x": "-1.00"}))


def test_every_state_shows_without_colour() -> None:
    layout = described("x f=exp(x)")
    states = [
        Marks(),
        Marks(boxes={"f": "node.current"}),
        Marks(boxes={"f": "node.fault"}),
        Marks(focus="f"),
        Marks(signs={"f": "●"}),
        Marks(wires={Wire("x", "f"): "wire.read"}),
        Marks(values={"f": "·"}),
    ]
    for ascii_only in (False, True):
        pictures = [plain(draw(layout, state, ascii_only=ascii_only)) for state in states]
        assert len(set(pictures)) == len(states)


def test_marks_never_move_the_picture() -> None:
    layout = described(SIGMOID)
    plainly, marked = draw(layout), draw(layout, sigmoid_states())
    arrows = [
        [
            (x, y)
            for y, row in enumerate(plain(p).split("\n"))
            for x, c in enumerate(row)
            if c == "▶"
        ]
        for p in (plainly, marked)
    ]
    assert arrows[0] == arrows[1]


def test_only_the_tap_that_is_read_is_heavy() -> None:
    layout = described("x f=sin(x) g=cos(x)")
    text = plain(draw(layout, Marks(wires={Wire("x", "f"): "wire.read"})))
    assert "┝━━━━━━" in text, "the port and the trunk"
    assert "┏▶│sin" in text
    assert "╰▶│cos" in text


def test_long_and_wide_labels_fit_their_boxes() -> None:
    layout = described("数据 w=embedding_lookup(数据) f=+(w,数据)")
    rows = [row for row in plain(draw(layout)).split("\n") if row]
    assert any("数据" in row for row in rows)
    assert all(cell_width(row) <= layout.width for row in rows)


# Pictures to look at

SIGMOID = (
    "w0 x0 w1 x1 w2 a=*(w0,x0) b=*(w1,x1) c=+(a,b) d=+(c,w2) n=*-1(d) e=exp(n) p=+1(e) f=1/x(p)"
)
SIGMOID_NUMBERS = {
    "w0": ("2.00", "-0.20"),
    "x0": ("-1.00", "0.39"),
    "w1": ("-3.00", "-0.39"),
    "x1": ("-2.00", "-0.59"),
    "w2": ("-3.00", "0.20"),
    "a": ("-2.00", "0.20"),
    "b": ("6.00", "0.20"),
    "c": ("4.00", "0.20"),
    "d": ("1.00", "0.20"),
    "n": ("-1.00", "-0.20"),
    "e": ("0.37", "-0.53"),
    "p": ("1.37", "-0.53"),
    "f": ("0.73", "1.00"),
}


def sigmoid_states() -> Marks:
    """Backward has reached `exp`; `1/x` has a breakpoint, `w2` is looked at, `b` went wrong."""
    done = {"f", "p"}
    values = {key: numbers[0] for key, numbers in SIGMOID_NUMBERS.items()}
    gradients = {key: numbers[1] for key, numbers in SIGMOID_NUMBERS.items()}
    return Marks(
        values=values | {"b": "nan"},
        gradients={k: g if k in done | {"e"} else "·" for k, g in gradients.items()},
        boxes=dict.fromkeys(sorted(done), "node.done")
        | dict.fromkeys("nd", "node.waiting")
        | {"e": "node.current", "b": "node.fault"},
        signs={"f": "●"},
        wires={Wire("n", "e"): "wire.read", Wire("e", "p"): "wire.done"},
        focus="w2",
    )


def sigmoid_numbers() -> Marks:
    return Marks(
        values={key: numbers[0] for key, numbers in SIGMOID_NUMBERS.items()},
        gradients={key: numbers[1] for key, numbers in SIGMOID_NUMBERS.items()},
    )


ADD_MULTIPLY = Marks(
    values={"x": "-2.00", "y": "5.00", "z": "-4.00", "s": "3.00", "f": "-12.00"},
    gradients={"x": "-4.00", "y": "-4.00", "z": "3.00", "s": "-4.00", "f": "1.00"},
)

PICTURES: dict[str, tuple[str, Marks | None]] = {
    "add_multiply": ("x y z s=+(x,y) f=*(s,z)", ADD_MULTIPLY),
    "sigmoid": (SIGMOID, sigmoid_numbers()),
    "sigmoid_states": (SIGMOID, sigmoid_states()),
    "square": ("x f=*(x,x)", None),
    "diamond": ("x a=sin(x) b=cos(x) f=+(a,b)", None),
    "fan_out": ("x a=sin(x) b=exp(x) c=cos(x) f=cat(a,b,c)", None),
    "mlp": ("x W1 b1 W2 b2 t m=@(x,W1) h=+(m,b1) r=relu(h) n=@(r,W2) o=+(n,b2) L=xent(o,t)", None),
    "softmax": ("x e=exp(x) s=sum(e) p=/(e,s)", None),
    "residual": ("x W b n=norm(x) m=@(n,W) h=+(m,b) r=relu(h) y=+(r,x) k=mean(y)", None),
    "regularised": (
        "x W b t λ m=@(W,x) h=+(m,b) d=svm(h,t) k=mean(d) q=W²(W) s=sum(q) l=*(λ,s) L=+(k,l)",
        None,
    ),
    "swap": ("a b c=f(b,a) d=g(a,b) e=+(c,d)", None),
    "components": ("x a=sin(x) y b=exp(y) c=ln(b) z", None),
    "groups": ("x fc1:=▸_fc1(x) r=relu(fc1) fc2:=▸_fc2(r) t L=xent(fc2,t)", None),
    "lstm_gate": (
        "h x c f=σ(h,x) i=σ(h,x) o=σ(h,x) g=tanh(h,x) p=*(f,c) q=*(i,g) n=+(p,q)"
        " t=tanh(n) y=*(o,t)",
        None,
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str) -> None:
    text, marks = PICTURES[name]
    layout = described(text)
    picture = plain(draw(layout, marks or numbered(layout))) + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDENS.mkdir(parents=True, exist_ok=True)
        (GOLDENS / f"{name}.txt").write_text(picture, encoding="utf-8")
    assert picture == (GOLDENS / f"{name}.txt").read_text(encoding="utf-8")
    assert read_back(layout, cells(picture.split("\n"))) == expected(layout)


def test_ascii_picture() -> None:
    layout = described(SIGMOID)
    picture = plain(draw(layout, sigmoid_states(), ascii_only=True)) + "\n"
    assert picture.isascii()
    if os.environ.get("UPDATE_GOLDENS"):
        (GOLDENS / "sigmoid_ascii.txt").write_text(picture, encoding="utf-8")
    assert picture == (GOLDENS / "sigmoid_ascii.txt").read_text(encoding="utf-8")


def test_the_sigmoid_neuron_with_all_its_numbers_fits_100_by_24() -> None:
    layout = described(SIGMOID)
    assert layout.width <= 100
    assert layout.height <= 24
    assert len(layout.wires) == 12
    rows = plain(draw(layout, sigmoid_numbers())).split("\n")
    for key, (value, gradient) in SIGMOID_NUMBERS.items():
        x, y = layout.placed[key].output
        assert rows[y - 1][x + 1 : x + 7].strip().startswith(value)
        assert rows[y + 1][x + 1 : x + 7].strip().startswith(gradient)
