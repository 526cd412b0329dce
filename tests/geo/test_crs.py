"""Coordinate systems are checked, areas and distances are what a hand computes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo import crs, errors
from geo.build import mexico

# Length of a degree along the equator and area of the ellipsoid (WGS 84), by formula.
EQUATOR_DEGREE_KM = 2 * np.pi * 6378.137 / 360
EARTH_KM2 = 510_065_621.724


def test_the_whole_earth_has_its_area() -> None:
    earth = gpd.GeoSeries([shapely.box(-180, -90, 180, 90)], crs=crs.GEOGRAPHIC)
    assert crs.area_km2(earth) == pytest.approx(EARTH_KM2, rel=1e-6)


def test_equal_slices_between_meridians_have_equal_areas() -> None:
    slices = gpd.GeoSeries([shapely.box(lon, 14, lon + 2, 33) for lon in (-118, -100, -88)], crs=crs.GEOGRAPHIC)
    areas = crs.area_km2(slices)
    assert np.ptp(areas) == pytest.approx(0, abs=1e-6 * areas[0])


def test_the_national_projection_is_not_for_areas() -> None:
    square = gpd.GeoSeries([shapely.box(-90, 19, -89, 20)], crs=crs.GEOGRAPHIC)
    conformal = square.to_crs(mexico.NATIONAL).area.iloc[0] / 1e6
    assert abs(conformal / crs.area_km2(square)[0] - 1) > 0.005


def test_a_degree_of_the_equator() -> None:
    assert crs.distance_km(0, 0, 1, 0) == pytest.approx(EQUATOR_DEGREE_KM, rel=1e-9)


def test_distances_broadcast() -> None:
    there = crs.distance_km(0, 0, np.array([1, 2, 0]), np.array([0, 0, 0]))
    assert there == pytest.approx([EQUATOR_DEGREE_KM, 2 * EQUATOR_DEGREE_KM, 0], rel=1e-9)
    assert crs.distance_km(0, 0, [], []).shape == (0,)


def test_a_line_is_as_long_as_its_parts() -> None:
    assert crs.length_km(shapely.LineString([(0, 0), (1, 0), (0, 0)])) == pytest.approx(2 * EQUATOR_DEGREE_KM)


@pytest.mark.parametrize(
    ("frame", "remedy"),
    [
        (gpd.GeoSeries([shapely.Point(0, 0)]), "set_crs"),
        (gpd.GeoSeries([shapely.Point(0, 0)], crs=mexico.NATIONAL), "to_crs"),
    ],
)
def test_another_crs_is_refused_with_the_call_that_fixes_it(frame: gpd.GeoSeries, remedy: str) -> None:
    with pytest.raises(errors.GeographyError, match=remedy):
        crs.require(frame, name="places")


def test_an_area_needs_a_crs() -> None:
    with pytest.raises(errors.GeographyError, match="set_crs"):
        crs.area_km2(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]))


def test_the_right_crs_passes() -> None:
    crs.require(gpd.GeoSeries([shapely.Point(0, 0)], crs=4326))
