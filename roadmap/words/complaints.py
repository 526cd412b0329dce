"""Sentences for faults: what is wrong, and what to do about it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from roadmap import errors, omissions
from roadmap.words.text import mark

if TYPE_CHECKING:
    from geo import terrain as elevation
    from roadmap.words import text

_LONGEST = 500
"""Signs of a value that a sentence takes in."""

SENTENCES: dict[str, tuple[str, str]] = {
    "scenario_id": (
        mark("This cannot be the name of a scenario."),
        mark("Use {allowed}."),
    ),
    "unknown_scenario": (mark("There is no such scenario."), mark("Choose one of {allowed}.")),
    "scenario_id_differs": (
        mark("The id in the file is not the name of the folder."),
        mark("Write {expected!r}, or rename the folder."),
    ),
    "folder_unreadable": (mark("The folder cannot be read ({reason})."), mark("Check its permissions.")),
    "unknown_file": (
        mark("No file of this name is read."),
        mark("Rename it, or move it out of the folder."),
    ),
    "broken_link": (
        mark("This is a link to a file that is not there."),
        mark("Put the file itself in its place, or remove the link."),
    ),
    "file_missing": (mark("The file is missing."), mark("Copy it from the shipped scenario and edit it.")),
    "not_a_file": (mark("This is not a file."), mark("Put a file of that name in its place.")),
    "file_unreadable": (mark("The file cannot be read ({reason})."), mark("Check its permissions.")),
    "file_too_large": (
        mark("The file has {megabytes} MB."),
        mark("Keep it below {limit} MB."),
    ),
    "file_empty": (mark("The file is empty."), mark("Write its header and rows.")),
    "not_utf8": (
        mark("The text is not UTF-8 (byte {byte})."),
        mark("Save the file as UTF-8."),
    ),
    "nul_byte": (mark("There is a NUL byte."), mark("Save the file as plain text in UTF-8.")),
    "workbook": (
        mark("This is a workbook, not a text file."),
        mark("Save the sheet as CSV in UTF-8; another name is not enough."),
    ),
    "utf16": (mark("The text is in UTF-16, not UTF-8."), mark("Save the file as UTF-8.")),
    "toml_syntax": (mark("The TOML cannot be read: {reason}."), mark("Mend the line named.")),
    "wrong_separator": (mark("Columns are separated by {found!r}."), mark("Separate them by commas.")),
    "quotes": (mark("Quotes do not match ({reason})."), mark('Close every quote; double quotes inside text: "".')),
    "cell_too_long": (mark("The cell is too long."), mark("Keep it below {limit} characters.")),
    "missing_column": (mark("The column is missing; found were {found}."), mark("Add it to the header.")),
    "unknown_column": (
        mark("The column is not known."),
        mark("Remove it, or use one of {allowed}."),
    ),
    "duplicate_column": (mark("The column stands twice."), mark("Keep one of them.")),
    "cell_count": (
        mark("Cells in the row: {found}; columns in the header: {expected}."),
        mark("Quote texts that hold commas, or add the missing cells."),
    ),
    "no_rows": (mark("The table has no rows."), mark("Add at least one.")),
    "too_many_rows": (mark("The table has more than {limit} rows."), mark("Leave out rows, or join them.")),
    "control_character": (mark("The text holds the control character {code}."), mark("Remove it.")),
    "missing_key": (mark("The key is missing."), mark("Add it, as in the shipped scenario.")),
    "unknown_key": (mark("The key is not known."), mark("Remove it, or use one of {allowed}.")),
    "nothing_to_translate": (
        mark("The cell translates `{other}`, which is empty."),
        mark("Fill in `{other}`, or empty this cell."),
    ),
    "unknown_language": (
        mark("A text cannot be in this language."),
        mark("Use the codes {allowed}."),
    ),
    "own_language_missing": (
        mark("The text lacks the scenario's own language, {language}."),
        mark("Add it, or write in `[scenario]` which language is its own."),
    ),
    "wrong_type": (mark("The value is of type {found}."), mark("Give it as {expected}.")),
    "empty": (mark("The value is empty."), mark("Fill it in.")),
    "whole_number": (mark("The value is not a whole number."), mark("Write digits only, such as 7.")),
    "number": (mark("The value is not a number."), mark("Write it with a decimal point, such as 0.5.")),
    "not_finite": (mark("The value is infinite or no number."), mark("Write a finite number.")),
    "out_of_range": (mark("The value lies outside its range."), mark("Use a value from {low} to {high}.")),
    "unknown_choice": (mark("The value is not one of those allowed."), mark("Use one of {allowed}.")),
    "bad_id": (mark("This cannot be an id."), mark("Use {allowed}.")),
    "too_long": (mark("The text is too long."), mark("Keep it below {limit} characters.")),
    "duplicate_item": (mark("The item stands twice in the list."), mark("Keep one of them.")),
    "not_in_order": (mark("The value is not in order with {other}."), mark("Exchange or change them.")),
    "unknown_cvegeo": (
        mark("No municipality has this key."),
        mark("Use the key of a municipality of the geography."),
    ),
    "younger_municipality": (
        mark("{name} was founded after these outlines were drawn; it counts with {parents}."),
        mark("Name that municipality instead, once."),
    ),
    "other_key": (
        mark("INEGI does not use this key; {name} has another one."),
        mark("Write {expected}."),
    ),
    "state_total": (
        mark("This is the total of a whole state, {state}, and no municipality."),
        mark("Name its municipalities one by one."),
    ),
    "not_specified": (
        mark("This stands for what has no municipality named, somewhere in {state}."),
        mark("Name a municipality, or leave the row out."),
    ),
    "lost_leading_zero": (
        mark("The key has lost its leading zero."),
        mark("Write {expected}; format the column as text."),
    ),
    "key_as_number": (
        mark("The key was saved as a number."),
        mark("Write {expected}; format the column as text."),
    ),
    "unknown_state": (mark("No state is called that."), mark("Use the INEGI name or key.")),
    "state_differs": (mark("The key belongs to another state."), mark("The key belongs to {expected}.")),
    "coordinates_swapped": (
        mark("Latitude and longitude are exchanged."),
        mark("Longitude {longitude}, latitude {latitude}?"),
    ),
    "outside_municipality": (
        mark("The point lies {kilometres} km from municipality {cvegeo}."),
        mark("Correct the coordinates or the key."),
    ),
    "port_code": (mark("This is no port code."), mark("Write four digits, as text.")),
    "duplicate_row": (mark("The row repeats row {first_row}."), mark("Remove one of them.")),
    "duplicate_id": (mark("The id stands already in row {first_row}."), mark("Give each its own id.")),
    "taken_id": (mark("A crossing that exists has this id."), mark("Give the new one its own id.")),
    "unknown_phase": (mark("There is no such phase."), mark("Use one of {allowed}.")),
    "unknown_zone": (mark("There is no such zone."), mark("Use one of {allowed}.")),
    "unknown_parent": (mark("No entry has this id."), mark("Name an entry of the roadmap.")),
    "own_ancestor": (mark("The entry is part of itself."), mark("Name another parent, or none.")),
    "unknown_programme": (mark("No entry has this id."), mark("Name a programme of the roadmap.")),
    "not_a_programme": (mark("The entry is a {found}, not a programme."), mark("Name a programme or component.")),
    "unknown_indicator": (mark("No indicator has this id."), mark("Name an observed indicator.")),
    "month_out_of_range": (mark("The month lies outside the plan."), mark("Use a month from {low} to {high}.")),
    "end_before_start": (mark("The end lies before the start, month {first}."), mark("Exchange or change them.")),
    "before_phase": (
        mark("The month lies before its phase {phase}."),
        mark("Use month {first} or later, or another phase."),
    ),
    "after_phase": (
        mark("The month lies after its phase {phase}."),
        mark("Use month {last} or earlier, or another phase."),
    ),
    "before_zone": (mark("The month lies before zone {zone}."), mark("Use month {first} or later.")),
    "after_zone": (mark("The month lies after zone {zone}."), mark("Use month {last} or earlier.")),
    "zone_without_members": (mark("The zone has no municipality."), mark("Add rows to zones.csv, or remove the zone.")),
    "baseline_needed": (
        mark("Nothing says where control stands at month 0."),
        mark("Give every municipality a score in baseline.csv."),
    ),
    "baseline_incomplete": (
        mark("{count} municipalities have no score, the first of them {first}."),
        mark("Give every municipality a row."),
    ),
    "unknown_territory": (mark("There is no such territory."), mark("Use one of {allowed}, or leave it out.")),
    "phase_count": (mark("There are {found} phases."), mark("Describe 1 to {most} phases.")),
    "phase_number": (mark("Phases are not numbered in order."), mark("Number it {expected}.")),
    "phase_start": (mark("The phase does not follow the one before."), mark("Begin with month {expected}.")),
    "overlap": (mark("The months overlap with row {first_row}."), mark("Give each month one row.")),
    "off_the_line": (
        mark("The kilometre lies off the border line."),
        mark("Use a value from 0 to {length_km}."),
    ),
    "place_needed": (
        mark("The place is not clear."),
        mark("Give either a crossing or a stretch in kilometres, not both."),
    ),
    "outside_sector": (
        mark("The kilometre lies outside sector {sector}."),
        mark("Use a value from {low} to {high}, or another sector."),
    ),
    "unknown_crossing": (mark("No crossing has this id."), mark("Name an observed crossing.")),
    "crossing_elsewhere": (
        mark("The crossing lies on another border ({border})."),
        mark("Name a crossing on the border that is watched."),
    ),
    "crossing_mode": (
        mark("The crossing serves {modes}, not {needed}."),
        mark("Name another crossing, or another kind of upgrade."),
    ),
    "figure_not_used": (mark("An upgrade of kind {kind} takes no such figure."), mark("Leave the cell empty.")),
    "fails_before_service": (
        mark("The failure lies before the first month of service, {first}."),
        mark("Use month {first} or later."),
    ),
    "more_rows": (mark("Further rows with a fault in this column: {count}."), mark("Mend the rows listed first.")),
    "date_not_month": (
        mark("This is a date, not a month of the plan."),
        mark("Write a whole number from {low} to {high}."),
    ),
    "negative_money": (mark("The amount is negative."), mark("Write an amount of 0 or more.")),
    "currency_sign": (mark("The amount has a currency sign."), mark("Write {expected}.")),
    "thousands_separator": (mark("The amount has thousands separators."), mark("Write {expected}.")),
    "decimal_comma": (mark("The amount has a decimal comma."), mark("Write {expected}.")),
    "too_many_decimals": (mark("The amount has too many decimals."), mark("Write {limit} at most.")),
    "differs_from_row": (
        mark("The value differs from row {first_row}."),
        mark("Write {expected}, as there, or change both."),
    ),
    "does_not_fit": (mark("The value does not fit {other} in the same row."), mark("Use one of {allowed}.")),
    "must_be_empty": (mark("There is no place to name for {other}."), mark("Leave the cell empty.")),
    "unknown_sector": (mark("There is no such sector."), mark("Use one of {allowed}.")),
    "unknown_component": (mark("No entry has this id."), mark("Name a component of the roadmap.")),
    "not_a_component": (mark("The entry is a {found}, not a component."), mark("Name a component or programme.")),
    "more_than_before": (
        mark("By month {month} the sum is {total}, more than {before}: {limit}."),
        mark("Lower it, or raise what stands before it."),
    ),
}
"""What is wrong and the remedy, by fault key; names in braces are the fault's values."""

TERRAIN: dict[str, tuple[str, str]] = {
    "terrain_missing": (
        mark("There is no such file or folder of elevations."),
        mark("Check the path, or start without terrain."),
    ),
    "terrain_no_tiles": (
        mark("The folder holds no elevation tiles."),
        mark("Put tiles that end in {allowed} into it."),
    ),
    "terrain_not_raster": (
        mark("This is not a raster that can be read."),
        mark("Give a GeoTIFF, a VRT, an SRTM tile, or a folder of tiles."),
    ),
    "terrain_truncated": (
        mark("The file ends too early, or is damaged."),
        mark("Fetch it again and compare its size with the original."),
    ),
    "terrain_unreachable": (
        mark("The address cannot be read ({reason})."),
        mark("Check address and connection, or keep a copy on disk."),
    ),
    "terrain_no_ranges": (
        mark("The server sends whole files only, no ranges of bytes."),
        mark("Use a server that answers range requests, or keep a copy on disk."),
    ),
    "terrain_unreadable": (
        mark("The raster cannot be read ({reason})."),
        mark("Write it anew, for example with gdal_translate, or give another file."),
    ),
    "terrain_changed": (
        mark("The file has changed since it was opened."),
        mark("Start again once it is complete."),
    ),
    "terrain_type": (
        mark("Cells of type {found} are no elevations."),
        mark("Give one band of real numbers, in metres."),
    ),
    "terrain_bands": (
        mark("The raster has {found} bands, of which none is known to hold the heights."),
        mark("Give one band of heights in metres, no colours; a mask or an alpha band may stand beside it."),
    ),
    "terrain_colours": (
        mark("The raster has a palette: its numbers are colours, not heights."),
        mark("Give one band of heights in metres, without colours."),
    ),
    "terrain_mask_apart": (
        mark("A mask stands beside the file on the server, and is not read from there."),
        mark("Keep a copy of both on disk, or write the mask into the file."),
    ),
    "terrain_scale": (
        mark("Scale {scale} and offset {offset} make no heights of the numbers in the file."),
        mark("Write them anew, for example with gdal_edit.py -scale 1 -offset 0."),
    ),
    "terrain_unit": (
        mark("Heights in the unit {found!r} cannot be converted to metres."),
        mark("Write a unit that is known, for example with gdal_edit.py -units m, or ft for feet."),
    ),
    "terrain_unit_unsaid": (
        mark("Positions are in the unit {found!r}, and the file does not say whether heights are too."),
        mark("Write the unit of heights into the file, for example with gdal_edit.py -units ft, or m for metres."),
    ),
    "terrain_units_differ": (
        mark("The file says two units of height: {first} for its band, {second} for its reference system."),
        mark("Take the wrong one out, for example with gdal_edit.py -units."),
    ),
    "terrain_no_crs": (
        mark("The raster does not say its projection."),
        mark("Write it into the file, for example with gdal_edit.py -a_srs EPSG:4326."),
    ),
    "terrain_crs": (
        mark("The reference system {found!r} does not say where on the Earth the raster lies."),
        mark("Reproject it to degrees or to a map projection, for example with gdalwarp -t_srs EPSG:4326."),
    ),
    "terrain_no_position": (
        mark("The raster has no position on the Earth, or does not lie north up."),
        mark("Reproject it north up, for example with gdalwarp."),
    ),
    "terrain_bounds": (
        mark("In degrees the raster would reach from {west}, {south} to {east}, {north}, beyond the globe."),
        mark("Give it the projection that its coordinates are in."),
    ),
    "terrain_mixed": (
        mark("Tiles are in different projections ({first}, {second})."),
        mark("Reproject them to one, or keep each kind in a folder of its own."),
    ),
    "terrain_empty": (
        mark("The raster holds no heights, only cells without data."),
        mark("Give another file, or check the value it uses for no data."),
    ),
    "terrain_elsewhere": (
        mark("There are no heights near any mast."),
        mark("Give elevations of the northern border."),
    ),
    "terrain_too_large": (
        mark("One read would take {megabytes} MB of memory; {limit} MB are allowed."),
        mark("Store the raster in tiles, for example as a cloud-optimised GeoTIFF, or make its cells coarser."),
    ),
}
"""What is wrong with elevations and the remedy, by the keys of :data:`geo.terrain.FAULTS`."""

CONSEQUENCES: dict[str, str] = {
    omissions.LEDGER: mark(
        "The ledger is faulty and left out as a whole: no money is shown, and none acts in the model."
    ),
    omissions.SENSORS: mark("Sensors are faulty and left out: what they would detect is missing, also in the model."),
    omissions.UPGRADES: mark(
        "Upgrades of crossings are faulty and left out: what they would do is missing, also in the model."
    ),
    omissions.TERRAIN: mark(
        "The terrain that was asked for is not used: masts see as far as the horizon of a smooth earth."
    ),
}
"""What the lack of a part means for every figure, by the parts of :mod:`roadmap.omissions`."""


def sentences(fault: errors.Fault, words: text.Words) -> tuple[str, str]:
    """Return what is wrong and the remedy, in the reader's language.

    A key that is not known here is shown as it is, with the values that came with it.
    """
    known = SENTENCES.get(fault.key) or TERRAIN.get(fault.key)
    if known is None:
        return str(fault), ""
    values = {name: _rounded(_listed(value)) for name, value in fault.values.items()}
    wrong, remedy = (words.t(said, **values) for said in known)
    if values.get("suggestion"):
        wrong = words.paragraph(wrong, words.t("Did you mean {name}?", name=values["suggestion"]))
    return wrong, remedy


def terrain(error: elevation.TerrainError, words: text.Words) -> tuple[str, str]:
    """Return what is wrong with elevations and the remedy, in the reader's language.

    The source is not named: ``error.source`` stands beside the sentences where it may be shown.
    A key that is not known here is shown as it is, with the values that came with it.
    """
    return sentences(omissions.fault_of(error), words)


def line(fault: errors.Fault, words: text.Words) -> str:
    """Return a fault in one line: where, the value found, what is wrong, and the remedy.

    Examples
    --------
    >>> line(errors.Fault("zones.csv", 3, "zone", "x", "empty"), text.words())
    "zones.csv, row 3, column `zone`, 'x': The value is empty. Fill it in."
    """
    where = [
        fault.file,
        "" if fault.row is None else words.t("row {row}", row=fault.row),
        "" if fault.column is None else words.t("column `{column}`", column=fault.column),
        errors.brief(fault.value) if fault.value is not None else "",
    ]
    said = words.pair(words.listed(where), words.paragraph(*sentences(fault, words)))
    # A value may hold line ends.
    return " ".join(said.split())


def omission(omitted: omissions.Omission, words: text.Words) -> str:
    """Return in one sentence or two what of a scenario is left out, and what that means.

    Where every row is used it says so.
    """
    if not omitted.lacks:
        return words.t("A column of {file} is not read; every row is used.", file=omitted.file)
    consequence = words.t(CONSEQUENCES[omitted.part])
    if not omitted.rows:
        return consequence
    file, count = omitted.file, len(omitted.rows)
    counted = words.n("{count} row of {file} is not used.", "{count} rows of {file} are not used.", count, file=file)
    return words.paragraph(consequence, counted)


def _listed(value: object) -> object:
    """Return a list as text, and a text cut where nobody would read on."""
    if isinstance(value, (list, tuple, set, frozenset)):
        value = ", ".join(errors.cut(str(each)) for each in itertools.islice(value, _LONGEST))
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"
    return value


def _rounded(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value
