"""Every role has a look of its own making, in every theme; colour is never all there is."""

from __future__ import annotations

import pytest

from graphtui.ui.theme import ANSI, DARK, LIGHT, PALETTES, ROLES, look, textual_themes
from graphtui.view.text.heat import HEAT_ROLES
from graphtui.view.text.roles import ROLES as SAID


def test_every_role_that_a_view_may_say_has_a_look() -> None:
    assert set(SAID) <= set(ROLES)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_level_of_heat_has_a_colour_and_two_share_a_cell(theme: str) -> None:
    looks = {role: look(theme, role) for role in HEAT_ROLES}
    assert len({str(each) for each in looks.values()}) == len(looks)
    both = looks["heat.1.6"]
    assert (both.color, both.bgcolor) == (looks["heat.1"].color, looks["heat.6"].color)


@pytest.mark.parametrize("theme", [DARK, LIGHT, ANSI])
def test_every_role_resolves_in_every_theme(theme: str) -> None:
    for role in ROLES:
        assert look(theme, role) is look(theme, role)
    assert look(theme, "node.unheard.of") == look(theme, "node")
    assert look(theme, "unheard.of") == look(theme, "")


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_pixel_has_its_own_colour_in_every_theme_with_colours(theme: str) -> None:
    both = look(theme, "pixel.f80 on pixel.00f")
    assert both.color is not None
    assert both.bgcolor is not None
    assert both.color.get_truecolor() == (255, 136, 0)
    assert both.bgcolor.get_truecolor() == (0, 0, 255)
    assert look(theme, "pixel.f80").bgcolor == look(theme, "").bgcolor
    assert look(ANSI, "pixel.f80") == look(ANSI, "")


def test_palettes_name_the_same_colours() -> None:
    assert len({frozenset(palette) for palette in PALETTES.values()}) == 1


LEAST_CONTRAST = {
    **dict.fromkeys(("frame", "wire.far", "wire.off"), 1.5),
    **dict.fromkeys(("wire", "absent", "node.waiting", "node.off"), 3),
    **{f"size.{level}": 3 for level in range(8)},
}
"""Lines, spots of colour, and what is not there yet."""


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_text_can_be_read_on_its_page(theme: str) -> None:
    """WCAG 2.1 asks for a contrast of 4.5, and of 3 for what is no running text."""
    for role in ROLES:
        style = look(theme, role)
        assert style.color is not None
        assert style.bgcolor is not None
        least = LEAST_CONTRAST.get(role, 4.5)
        assert _contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor()) >= least, role


def test_without_colour_the_alarming_roles_still_stand_out() -> None:
    assert look(ANSI, "fault").reverse
    assert look(ANSI, "source.current").reverse
    assert look(ANSI, "node.current").bold
    assert look(ANSI, "node.waiting").dim


def test_both_themes_are_offered_to_textual() -> None:
    assert [(theme.name, theme.dark) for theme in textual_themes()] == [
        (DARK, True),
        (LIGHT, False),
    ]


def _contrast(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    linear = [
        c / 255 / 12.92 if c / 255 <= 0.03928 else ((c / 255 + 0.055) / 1.055) ** 2.4
        for c in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
