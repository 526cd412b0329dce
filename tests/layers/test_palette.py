"""Never colour alone: classes that colour-blind readers tell apart, and text that can be read.

Contrast after WCAG 2.2, success criteria 1.4.3 (text, 4.5) and 1.4.11 (graphics, 3). Colour
blindness after Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for
Simulation of Color Vision Deficiency", IEEE TVCG 15(6), severity 1, on linear sRGB. Differences
are CIE 1976 distances in L*a*b* (D65); about 2.3 is just noticeable.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from layers import palette
from roadmap.record import control, rules
from roadmap.words import text

TEXT, GRAPHICS = 4.5, 3.0
TELLING = 15.0
EYES = {
    "trichromat": np.eye(3),
    "protanope": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranope": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanope": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
THEMES = ("light", "dark")
ORDERED = [each.key for each in control.CLASSES if each.on_scale]
Colour = NDArray[np.float64]


def linear(colour: str) -> Colour:
    """Linear sRGB of ``#rrggbb``."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours after WCAG, from 1 to 21."""
    darker, lighter = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def lab(colour: str, eyes: Colour) -> Colour:
    """L*a*b* of a colour as some eyes see it."""
    scaled = (XYZ @ np.clip(eyes @ linear(colour), 0, 1)) / (XYZ @ np.ones(3))
    bent = np.where(scaled > (6 / 29) ** 3, np.cbrt(scaled), scaled / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * bent[1] - 16, 500 * (bent[0] - bent[1]), 200 * (bent[1] - bent[2])])


def difference(one: str, other: str, eyes: str = "trichromat") -> float:
    """How different two colours look."""
    return float(np.linalg.norm(lab(one, EYES[eyes]) - lab(other, EYES[eyes])))


def test_the_measures_by_hand() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the known near miss
    assert lab("#ffffff", np.eye(3)) == pytest.approx([100, 0, 0], abs=0.01)
    assert lab("#ff0000", np.eye(3)) == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    assert all(matrix.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5) for matrix in EYES.values())
    red, green = "#d7191c", "#1a9641"
    assert difference(red, green, "deuteranope") < difference(red, green) / 2


def test_every_class_and_outcome_has_its_look() -> None:
    assert list(palette.CONTROL) == [each.key for each in control.CLASSES]
    assert list(palette.CHANGE) == list(rules.CHANGES)
    for table in (palette.CONTROL, palette.CHANGE):
        letters = [swatch.letter for swatch in table.values()]
        assert all(letters)
        assert len(set(letters)) == len(letters)
        for swatch in table.values():
            colours = (swatch.light, swatch.dark, swatch.ink, swatch.ink_dark)
            assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", list(EYES))
def test_ordered_classes_differ_to_all_eyes(eyes: str, theme: str) -> None:
    for one, other in itertools.combinations(ORDERED, 2):
        colours = [getattr(palette.CONTROL[key], theme) for key in (one, other)]
        assert difference(*colours, eyes) >= TELLING, (one, other)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", list(EYES))
@pytest.mark.parametrize("table", [palette.CONTROL, palette.CHANGE], ids=["control", "change"])
def test_colours_that_look_alike_have_different_patterns(
    table: dict[str, palette.Swatch], eyes: str, theme: str
) -> None:
    for one, other in itertools.combinations(table.values(), 2):
        colours = [getattr(swatch, theme) for swatch in (one, other)]
        assert difference(*colours, eyes) >= TELLING or one.pattern != other.pattern


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", list(EYES))
def test_gain_and_loss_stand_out_alike(eyes: str, theme: str) -> None:
    gain, loss, same = (getattr(palette.CHANGE[key], theme) for key in ("reclaimed", "lost", "unchanged"))
    assert difference(gain, loss, eyes) > 2 * TELLING
    assert difference(gain, same, eyes) > TELLING
    assert difference(loss, same, eyes) > TELLING


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["label", "labelState", "labelQuiet"])
@pytest.mark.parametrize("ground", ["halo", "country", "land", "sea"])
def test_labels_on_the_map_can_be_read(theme: str, name: str, ground: str) -> None:
    assert contrast(palette.MAP[theme][name], palette.MAP[theme][ground]) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
def test_the_border_and_zones_can_be_seen_on_every_ground(theme: str) -> None:
    colours = palette.MAP[theme]
    assert all(contrast(colours["border"], colours[ground]) >= GRAPHICS for ground in ("country", "land", "sea"))
    for swatch in palette.CONTROL.values():
        ground = getattr(swatch, theme)
        assert max(contrast(colours[line], ground) for line in ("zone", "halo")) >= GRAPHICS
    assert contrast(colours["crossing"], colours["halo"]) >= GRAPHICS
    assert contrast(colours["crossingLine"], colours["crossingEmpty"]) >= GRAPHICS


def test_patterns_can_be_seen_on_their_colour() -> None:
    for swatch in (*palette.CONTROL.values(), *palette.CHANGE.values()):
        if swatch.pattern:
            assert contrast(swatch.ink, swatch.light) > 1.8
            assert contrast(swatch.ink_dark, swatch.dark) > 1.8


@pytest.mark.parametrize("theme", THEMES)
def test_the_pages_text_can_be_read(theme: str, root: Path) -> None:
    settings = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        for ink in ("textColor", "linkColor", "primaryColor"):
            assert contrast(settings[ink], settings[ground]) >= TEXT


def test_both_themes_name_the_same_colours() -> None:
    assert set(palette.MAP["light"]) == set(palette.MAP["dark"])


def test_the_browser_gets_the_palette_as_it_is(words: text.Words) -> None:
    painted = palette.paint(palette.CONTROL["contested"])
    expected = {
        "colour": {"light": palette.CONTROL["contested"].light, "dark": palette.CONTROL["contested"].dark},
        "ink": {"light": palette.CONTROL["contested"].ink, "dark": palette.CONTROL["contested"].ink_dark},
        "letter": "C",
        "pattern": "dots",
    }
    assert {name: painted[name] for name in expected} == expected
    assert set(text.CLASSES) == set(palette.CONTROL)
    assert words.named(text.CLASSES, "contested") == "contested"
