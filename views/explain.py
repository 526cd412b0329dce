"""Words for the model: what each equation does, what each symbol and unit means."""

from __future__ import annotations

from geo import coverage, grid, sensing, viewshed
from roadmap.border import sensors, upgrades
from roadmap.model import effects
from roadmap.words.text import mark

BORDER = (sensors.EQUATION, upgrades.INSPECTION_EQUATION, upgrades.CAPACITY_EQUATION)
"""What the border hands to the model, in the order of the pressure term."""

LEDGER = (effects.EQUATION,)
"""What the ledger hands to the model beside the money of the effort term."""

BORDER_CONSTANTS: tuple[tuple[str, float, str], ...] = (
    ("lanes_half", upgrades.LANES_HALF, "lanes"),
    ("line_piece", sensors.BIN_KM, "km"),
    ("covered_from", coverage.COVERED_FROM, "share"),
    ("target_height", sensing.TARGET_METRES, "metres"),
    ("refraction", viewshed.RADAR_REFRACTION, "factor"),
    ("cell", grid.CELL_METRES, "metres"),
    ("strip_width", grid.WIDTH_METRES / 1000.0, "km"),
)
"""What the border's equations and its coverage stand on and no scenario changes: key, value, unit."""

EQUATIONS = {
    "index": mark(
        "Risk index. Four public inputs, standardised over municipalities and capped, are added "
        "with weights: the state's homicide rate (logarithm), membership of a federal priority list "
        "(half for neighbours), nearness to border traffic, and low population density."
    ),
    "baseline": mark(
        "Baseline. The index, smoothed once over neighbours, becomes a score. The offset is solved "
        "so that the area at contested or worse meets one published national estimate; no "
        "municipality is assessed."
    ),
    "standing_pressure": mark(
        "Standing pressure. At the baseline gains and losses balance in every municipality, so that "
        "without a plan nothing moves."
    ),
    "activity": mark(
        "Activity of zones. It rises with the time a municipality has been in a zone, with the "
        "National Guard units assigned (saturating) and with programmes under way."
    ),
    "money": mark(
        "Money. What the ledger delivers for effort, here and nearby, builds up with a lag and saturates. What "
        "conditions withhold and what cannot be placed is not in it; without a ledger it is zero."
    ),
    "effort": mark("Effort: a standing part, a national part by phase, zones, and money."),
    "displacement": mark(
        "Displacement. Part of the pressure in an active zone moves to its neighbours: this is how "
        "the plan loses ground as well."
    ),
    "pressure": mark(
        "Pressure. It falls with border coverage, southbound inspection, legal crossing capacity, "
        "financial disruption and institutional integrity. The border's three come from the plan's sensors "
        "and upgrades, financial disruption is not connected. Inputs that are not connected are neutral."
    ),
    "step": mark(
        "Month step. Control is won in proportion to effort and open ground, more easily beside held "
        "neighbours, and lost in proportion to pressure and held ground, more easily beside lost ones."
    ),
    "integrity": mark(
        "Institutional integrity rises with judicial programmes and decays towards its start."
    ),
    "homicide": mark(
        "Homicide rate. The state's observed rate, scaled by how violence depends on control: highest "
        "where control is contested."
    ),
    "judicial_money": mark(
        "Judicial programmes of the ledger. What it delivers for integrity, anywhere in the country, builds up with "
        "the same lag and saturates at the same dollars a person and year; it adds to the phase's judicial programmes."
    ),
    "coverage_input": mark(
        "Border coverage of a municipality: the mean detection along the northern line, where near pieces "
        "count most, fading with the distance from the nearest one. Without sensors it is zero."
    ),
    "inspection_input": mark(
        "Southbound inspection of a municipality: the mean share inspected at the crossings, where near and "
        "busy ones count most, fading with the distance from the nearest one. Northbound traffic stands for "
        "southbound traffic, which is not counted."
    ),
    "capacity_input": mark(
        "Legal crossing capacity of a municipality: the lanes that upgrades and new crossings add, fading "
        "with distance, and saturating."
    ),
}

SYMBOLS = {
    "control": mark("control score of municipality i"),
    "neighbours_control": mark("mean control score of the neighbours"),
    "neighbour_weights": mark("weight of neighbour j, rows summing to 1"),
    "input": mark("standardised public input k"),
    "index": mark("risk index"),
    "smoothed_index": mark("risk index, smoothed over neighbours"),
    "offset": mark("offset, solved"),
    "standing_pressure": mark("standing pressure"),
    "displaced_pressure": mark("pressure after displacement"),
    "effort": mark("effort"),
    "pressure": mark("pressure"),
    "activity": mark("activity of zones in i"),
    "time_in_zone": mark("ramp of the time spent in zone z"),
    "guard_units": mark("National Guard units for each municipality in which zone z works (invented)"),
    "programmes": mark("number of the zone's programmes under way"),
    "money": mark("money delivered in a month"),
    "money_near": mark("money delivered here and nearby"),
    "integrity_money": mark("money delivered for integrity in a month, placed or not (invented)"),
    "money_stock": mark("money at work, lagged"),
    "population": mark("people"),
    "coverage": mark("border coverage"),
    "inspection": mark("southbound inspection"),
    "capacity": mark("legal crossing capacity"),
    "finance": mark("financial disruption"),
    "integrity": mark("institutional integrity"),
    "judicial_input": mark("judicial programmes beyond the phase's"),
    "violence": mark("violence at a control score, relative"),
    "homicide_rate": mark("homicide rate of state s"),
    "observed_rate": mark("observed homicide rate of state s"),
    "target_share": mark("share of area at contested or worse to be met"),
    "weight_homicide": mark("weight of the homicide rate"),
    "weight_priority": mark("weight of the priority lists"),
    "weight_border": mark("weight of nearness to border traffic"),
    "weight_density": mark("weight of low population density"),
    "neighbour_priority": mark("weight of a listed neighbour"),
    "border_distance": mark("distance over which border traffic fades"),
    "input_limit": mark("cap of an input"),
    "smoothing": mark("share taken from neighbours"),
    "slope": mark("slope of the logistic"),
    "gain": mark("monthly gain at effort 1, of the open share"),
    "loss": mark("monthly loss at pressure 1, of the held share"),
    "local_share": mark("part of the gain that needs no neighbours"),
    "standing_effort": mark("standing effort"),
    "pressure_limit": mark("cap of the standing pressure"),
    "ramp": mark("months until a zone is fully active"),
    "guard_half": mark("units at half effect"),
    "programme_bonus": mark("bonus of programmes"),
    "money_effort": mark("effort of money at saturation"),
    "money_half": mark("money at half effect"),
    "money_lag": mark("lag of money"),
    "money_spread": mark("share of money that works next door"),
    "coverage_effect": mark("effect of coverage"),
    "inspection_effect": mark("effect of inspection"),
    "capacity_effect": mark("effect of legal capacity"),
    "finance_effect": mark("effect of financial disruption"),
    "integrity_effect": mark("effect of integrity"),
    "integrity_start": mark("integrity at the baseline"),
    "integrity_rise": mark("rise by judicial programmes"),
    "integrity_decay": mark("decay"),
    "violence_held": mark("violence where control is complete"),
    "violence_unheld": mark("violence added where control is lost"),
    "violence_contested": mark("violence added where control is contested"),
    "contest_width": mark("width of the contested bump"),
    "national_effort": mark("effort added everywhere"),
    "zone_effort": mark("effort added in an active zone"),
    "pressure_factor": mark("factor on the pressure"),
    "displacement": mark("share of a zone's pressure that moves to its neighbours"),
    "judicial": mark("strength of judicial programmes"),
    "line_length": mark("length of piece j of the northern line"),
    "line_detection": mark("mean detection along piece j"),
    "line_distance": mark("distance from municipality i to piece j"),
    "crossing_traffic": mark("yearly northbound vehicles at crossing k, trucks and cars"),
    "crossing_distance": mark("distance from municipality i to crossing k"),
    "inspected_share": mark("share of southbound vehicles inspected at crossing k (invented)"),
    "added_lanes": mark("lanes added at crossing k (invented)"),
    "lanes_in_reach": mark("added lanes in reach, fading with distance"),
    "lanes_half": mark("added lanes in reach at half effect"),
    "line_piece": mark("length of a piece of the line"),
    "covered_from": mark("detection from which a place counts as covered"),
    "target_height": mark("height above the ground of what is to be seen"),
    "refraction": mark("factor on the radius of the earth for radio waves"),
    "cell": mark("side of a cell of the detection raster"),
    "strip_width": mark("width of the strip on either side of the line"),
}

SECTIONS = {
    "baseline": mark("Baseline"),
    "step": mark("Month step"),
    "zones": mark("Zones"),
    "money": mark("Money"),
    "pressure": mark("Pressure"),
    "integrity": mark("Integrity"),
    "homicide": mark("Homicide rate"),
    "phase": mark("Phases"),
}

UNITS = {
    "effort": mark("effort"),
    "factor": mark("factor"),
    "share": mark("share"),
    "weight": mark("weight"),
    "km": "km",
    "standard_deviations": mark("standard deviations"),
    "per_unit": mark("per unit of the index"),
    "per_month": mark("per month"),
    "pressure": mark("pressure"),
    "months": mark("months"),
    "units": mark("units"),
    "usd_per_person_year": mark("US$ per person and year"),
    "relative": mark("relative"),
    "score": mark("score"),
    "lanes": mark("lanes"),
    "metres": mark("metres"),
}
