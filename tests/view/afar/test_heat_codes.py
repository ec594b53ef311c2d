"""Numbers become levels: absent, zero and fault are none of them, and order is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.ui.theme import DARK, LIGHT, look
from graphtui.view.afar.heat_codes import (
    ABSENT,
    LEVELS,
    LOWEST,
    MOST_POWERS,
    SIZE_ROLES,
    SIZES,
    STATES,
    TITLES,
    WORDS,
    ZERO,
    Metric,
    count_codes,
    legend,
    painting,
    size_scale,
)
from graphtui.view.drawing.layout import Layout
from graphtui.view.text.lines import plain
from graphtui.view.text.roles import ROLES
from graphtui.view.text.safe_text import cell_width
from tests.view.from_afar import heat_of, layouts

SIZES_THERE = st.lists(st.floats(1e-300, 1e300), min_size=1)


@given(SIZES_THERE, st.booleans())
def test_a_larger_number_never_has_a_lower_level(sizes: list[float], about_one: bool) -> None:
    numbers = np.sort(np.array(sizes))
    scale = size_scale(numbers, about_one=about_one)
    assert scale is not None
    levels = scale.levels(numbers)
    assert (np.diff(levels) >= 0).all()
    assert 0 <= levels.min() <= levels.max() < LEVELS
    assert scale.high - scale.low <= MOST_POWERS


@given(SIZES_THERE)
def test_one_is_the_middle_where_it_is_asked_for(sizes: list[float]) -> None:
    scale = size_scale(np.array(sizes), about_one=True)
    assert scale is not None
    below, above = scale.levels(np.array([0.999, 1.001])).tolist()
    assert (below, above) == (LEVELS // 2 - 1, LEVELS // 2)


def test_without_numbers_there_is_no_scale() -> None:
    assert size_scale(np.array([0.0, np.nan, np.inf])) is None


@given(layouts(), st.data(), st.sampled_from([Metric.VALUE, Metric.GRADIENT, Metric.CONTRIBUTION]))
def test_absent_zero_and_fault_are_told_from_sizes(
    layout: Layout, data: st.DataObject, metric: Metric
) -> None:
    heat = heat_of(layout, data)
    numbers = getattr(heat, metric.value)
    codes = painting(heat, metric).codes
    wrong = heat.fault | np.isinf(numbers)
    assert (codes[wrong] == SIZES.fault).all()
    assert (codes[np.isnan(numbers) & ~wrong] == ABSENT).all()
    assert (codes[(numbers == 0) & ~wrong] == ZERO).all()
    there = (numbers > 0) & ~wrong
    assert ((codes[there] >= LOWEST) & (codes[there] < LOWEST + LEVELS)).all()


@given(layouts(), st.data(), st.sampled_from(Metric), st.integers(10, 100), st.booleans())
def test_the_legend_fits(
    layout: Layout, data: st.DataObject, metric: Metric, width: int, colour: bool
) -> None:
    painted = painting(heat_of(layout, data), metric)
    row = legend(painted, width, colour=colour)
    assert sum(cell_width(span.text) for span in row) <= width
    assert all(span.role in {*ROLES, *SIZE_ROLES} for span in row)
    if width == 100:
        assert plain([row]).startswith(TITLES[metric])


def test_every_metric_has_words_and_they_go_round() -> None:
    assert set(WORDS) == set(TITLES) == set(Metric)
    seen = [Metric.STATE]
    while (following := seen[-1].following) is not Metric.STATE:
        seen.append(following)
    assert len(seen) == len(Metric)


@pytest.mark.parametrize("tones", [SIZES, STATES])
def test_every_code_has_a_role_and_a_letter_of_its_own(tones: object) -> None:
    assert isinstance(tones, type(SIZES))
    assert len(tones.letters) == len(set(tones.letters)) == len(tones.roles)
    assert tones.roles[tones.fault] == "fault"
    assert tones.letters[tones.fault] == "!"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_two_roles_share_a_cell_as_ink_and_ground(theme: str) -> None:
    both = look(theme, "size.1 on absent")
    assert both.color == look(theme, "size.1").color
    assert both.bgcolor == look(theme, "absent").color
    assert len({str(look(theme, role)) for role in SIZE_ROLES}) == len(SIZE_ROLES)


def test_counts_double_from_level_to_level() -> None:
    levels = count_codes(np.array([0, 1, 2, 4, 8, 16, 32, 64, 128, 10**9])) - np.uint8(LOWEST)
    assert levels[1:].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 7]
