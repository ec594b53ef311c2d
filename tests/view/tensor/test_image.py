"""Pictures of arrays: every number where it belongs, in its own colour, and nothing said untrue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.view.tensor.image import image_lines
from graphtui.view.tensor.measured import Measured
from graphtui.view.tensor.readings import (
    Contrast,
    Images,
    images,
    larger,
    next_channel,
    next_contrast,
    next_image,
    next_reading,
)
from graphtui.view.tensor.stats import statistics
from graphtui.view.tensor.view import Shows, tensor_view
from graphtui.view.text.lines import Line, plain
from tests.view.shown import check_golden
from tests.view.tensor.arrays import FULL_ARRAYS, SOME, check_lines

COLOURED = hnp.arrays(
    np.float64,
    st.sampled_from([(2, 3, 4, 4), (3, 6, 5), (5, 4, 3), (48, 3), (2, 75), (27,), (2, 5, 3, 3)]),
    elements=st.floats(-3, 3, width=16) | st.sampled_from([np.nan, np.inf, 1e308, -1e308, 0.0]),
)


def ways(array: np.ndarray) -> list[Images]:
    """The array in many ways: readings, channels, contrasts."""
    view = tensor_view("W", array)
    found = [images(view, number) for number in range(4)]
    found += [next_channel(each) for each in found] + [next_channel(each, -1) for each in found]
    found += [replace(each, contrast=contrast) for each in found for contrast in Contrast]
    found += [larger(found[0], by) for by in (-3, 3, 9)]
    return [*found, next_image(found[0]), next_reading(found[0], view), next_contrast(found[1])]


@SOME
@given(FULL_ARRAYS | COLOURED, st.integers(1, 60), st.integers(1, 20), st.booleans())
def test_every_picture_fits(array: np.ndarray, width: int, height: int, signs: bool) -> None:
    for each in ways(array):
        check_lines(image_lines(each, width, height, signs=signs), width, height)
    lines = image_lines(images(tensor_view("W", array)), width, height, ascii_only=True)
    assert plain(lines).isascii()


def tops(lines: list[Line]) -> list[tuple[int, int, int]]:
    """Red, green and blue, from 0 to 15, of the upper pixel of every cell that has one."""
    cells = [span.role for row in lines for span in row for _ in span.text if span.role]
    digits = [role.removeprefix("pixel.")[:3] for role in cells if role.startswith("pixel.")]
    return [(int(r, 16), int(g, 16), int(b, 16)) for r, g, b in digits]


@SOME
@given(hnp.arrays(np.float64, (2, 3, 1, 5), elements=st.floats(-3, 3, width=16)))
def test_a_pixel_has_the_colour_of_its_three_numbers(filters: np.ndarray) -> None:
    drawn = image_lines(images(tensor_view("F", filters)), 12, 5)
    low, high = filters.min(axis=(1, 2, 3)), filters.max(axis=(1, 2, 3))
    # Two tiles of one row each: five cells, a gap, five cells.
    expected = []
    for filter, least, most in zip(filters, low, high, strict=True):
        span = most - least
        parts = (filter[:, 0].T - least) / span if span else np.full((5, 3), 0.5)
        expected += np.rint(np.rint(parts * 255) / 17).astype(int).tolist()
    np.testing.assert_allclose(tops(drawn), expected, atol=1)


def test_templates_in_a_matrix_are_found_along_either_axis_and_in_either_order() -> None:
    """Weights of a linear classifier on colour pictures, as lectures draw them."""
    red = np.zeros((4, 4, 3))
    red[..., 0] = 1
    for layer in (red.reshape(-1, 1) * np.ones(5), np.ones((5, 1)) * red.reshape(1, -1)):
        pictures = images(tensor_view("W", layer))
        assert (pictures.count, pictures.depth, pictures.in_colour) == (5, 3, True)
        assert set(tops(image_lines(pictures, 40, 10))) == {(15, 0, 0)}
    channels_first = np.moveaxis(red, 2, 0).reshape(-1, 1) * np.ones(5)
    pictures = images(tensor_view("W", channels_first), 1)
    assert set(tops(image_lines(pictures, 40, 10))) == {(15, 0, 0)}


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((64, 3, 7, 7), "[#, rgb, ↓, →]"),
        ((10, 32, 32, 3), "[#, ↓, →, rgb]"),
        ((32, 32, 3), "[↓, →, rgb]"),
        ((3, 32, 32), "[rgb, ↓, →]"),
        ((8, 5, 5), "[#, ↓, →]"),
        ((64, 1, 5, 5), "[#, 0, ↓, →]"),
        ((64, 16, 3, 3), "[#, :, ↓, →]"),
        ((2, 4, 3, 6, 6), "[#, 0, rgb, ↓, →]"),
        ((3072, 10), "[↓, →, rgb, #]"),
        ((10, 3072), "[#, ↓, →, rgb]"),
        ((3072,), "[↓, →, rgb]"),
        ((1000, 784), "[#, ↓, →]"),
        ((7, 11), "[↓, →]"),
        ((7,), "[→]"),
        ((), "[]"),
    ],
)
def test_the_likeliest_reading_comes_first(shape: tuple[int, ...], axes: str) -> None:
    view = tensor_view("W", np.broadcast_to(1.0, shape))
    assert axes in plain(image_lines(images(view), 100, 20)[:1])


def test_readings_and_channels_come_round() -> None:
    view = tensor_view("W", np.zeros((3072, 10)))
    seen, pictures = [], images(view)
    for _ in range(4):
        seen.append(pictures.view.shape)
        pictures = next_reading(pictures, view)
    assert seen == [(32, 32, 3, 10), (3, 32, 32, 10), (3072, 10), (32, 32, 3, 10)]
    pictures = images(view)
    alone = next_channel(pictures, -1)
    assert (alone.together, alone.view.at) == (False, (0, 0, 2, 0))
    assert next_channel(alone).together
    assert [each.in_colour for each in (pictures, alone)] == [True, False]


def test_a_filter_that_is_weak_is_seen_by_itself_and_not_beside_others() -> None:
    filters = np.zeros((2, 1, 4, 4))
    filters[0], filters[1] = np.eye(4), 0.01 * np.eye(4)
    pictures = images(tensor_view("F", filters))
    each = plain(image_lines(pictures, 20, 9, signs=True))
    assert each.count("+4") - each.splitlines()[-1].count("+4") == 8
    for contrast, weakest in ((Contrast.ALL, "+1"), (Contrast.LOGARITHMIC, "+3")):
        alike = image_lines(replace(pictures, contrast=contrast), 20, 9, signs=True)
        assert plain(alike[2:-1]).count(weakest) == 4


def test_all_alike_is_by_the_whole_array_where_that_is_known() -> None:
    filters = np.linspace(-1.0, 1.0, 600 * 48).reshape(600, 3, 4, 4)
    pictures = replace(images(tensor_view("F", filters)), contrast=Contrast.ALL)
    known = Measured(statistics(filters))
    assert "black is -1, white 1" in plain(image_lines(pictures, 60, 12, known))
    assert "white 1" not in plain(image_lines(pictures, 60, 12))


def test_what_is_not_finite_has_a_mark_and_not_there_yet_has_words() -> None:
    picture = np.ones((3, 4, 4))
    picture[1, 0, 0] = np.nan
    pictures = images(tensor_view("x", picture))
    assert plain(image_lines(pictures, 4, 2)).splitlines()[0].startswith("!")
    assert "!!" in plain(image_lines(pictures, 40, 9, signs=True))
    view = replace(tensor_view("x", picture), shows=Shows.GRADIENT)
    assert plain(image_lines(images(view), 40, 9)) == "not yet"
    assert plain(image_lines(images(tensor_view("x", np.zeros((0, 3, 4, 4)))), 40, 9)) == "empty"


def test_a_picture_keeps_its_proportions_when_it_is_shrunk() -> None:
    lines = image_lines(images(tensor_view("x", np.ones((60, 60, 3)))), 80, 22)
    assert "drawn as 40×40" in plain(lines[:1])
    assert {sum(len(span.text) for span in row) for row in lines[1:-1]} == {40}


def test_all_templates_are_seen_where_they_are_hardly_smaller_for_it() -> None:
    pictures = images(tensor_view("W", np.ones((3072, 10))))
    title = plain(image_lines(pictures, 118, 30)[:1])
    assert "images 0–9 of 10 · 32×32×3 drawn as 21×21" in title
    title = plain(image_lines(larger(pictures), 118, 30)[:1])
    assert "images 0–2 of 10 · 32×32×3 · in colour" in title
    for by in (-20, 20):
        check_lines(image_lines(larger(pictures, by), 118, 30), 118, 30)
    assert "drawn as 8×8" in plain(image_lines(larger(pictures, -20), 118, 30)[:1])


def test_pictures_have_the_same_size_from_whichever_one_on() -> None:
    pictures = images(tensor_view("F", np.ones((40, 3, 7, 7))))
    assert {len(image_lines(next_image(pictures, by), 60, 12)[2]) for by in (0, 7)} == {
        len(image_lines(pictures, 60, 12)[2])
    }


# Goldens ----------------------------------------------------------------------------------------


def waves(channels: int, side: int, many: int) -> np.ndarray:
    y, x = np.mgrid[:side, :side] / side * 2 - 1
    numbers = np.arange(many * channels).reshape(many, channels, 1, 1)
    return (1 + numbers // channels) * np.sin(3 * x * (numbers % 3 + 1) + numbers * y)


def test_golden_of_pictures() -> None:
    pictures = images(tensor_view("W1", waves(1, 28, 4).reshape(4, 784)))
    check_golden("tensor", "pictures", image_lines(pictures, 118, 18))
    check_golden("tensor", "signs", image_lines(pictures, 60, 14, signs=True))


def test_golden_of_filters_in_colour() -> None:
    pictures = images(tensor_view("F", waves(3, 7, 6)))
    check_golden("tensor", "colour", image_lines(pictures, 100, 10))
    check_golden("tensor", "shades", image_lines(pictures, 100, 12, signs=True))
    check_golden("tensor", "shades_ascii", image_lines(pictures, 70, 12, ascii_only=True))


def test_golden_of_many_channels() -> None:
    pictures = images(tensor_view("F", waves(5, 5, 2)))
    check_golden("tensor", "channels", image_lines(pictures, 78, 12))
    check_golden("tensor", "channels_narrow", image_lines(pictures, 24, 20))
