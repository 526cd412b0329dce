"""The model's parameters and equations, as data.

Every number the model uses is a field here and an entry of a scenario's ``model.toml``, with the
range a later ensemble may draw it from. The equations stand beside them, symbol by symbol, so that
a page can print exactly what is computed. Texts are looked up elsewhere by the keys.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from roadmap import parameters, phases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from roadmap import errors


def _spec(section: str, symbol: str, unit: str, *, low: float = 0.0, high: float = 1.0) -> dict[str, Any]:
    """Describe a parameter: its table in the file, symbol, unit, and the values it may take."""
    return {"section": section, "symbol": symbol, "unit": unit, "low": low, "high": high}


class Rates(NamedTuple):
    """What the month step needs besides the state: one number each, or one a draw.

    Attributes
    ----------
    gain, loss
        Largest share of the open score that can be won, and of the held score that can be lost,
        in one month at effort or pressure 1.
    local_share
        Share of the gain that does not depend on how well the neighbours are held.
    """

    gain: float | NDArray[np.float64]
    loss: float | NDArray[np.float64]
    local_share: float | NDArray[np.float64]


@dataclass(frozen=True)
class PhaseSettings:
    """What a phase of the plan adds; every entry is 0 (or 1 for the pressure) without a plan.

    Attributes
    ----------
    national_effort
        Effort added everywhere.
    zone_effort
        Effort added in a fully active zone.
    pressure_factor
        Factor on the pressure everywhere.
    displacement
        Share of an active zone's pressure that moves to the municipalities around it; 0 switches
        displacement off.
    judicial
        Strength of the judicial programmes.
    """

    national_effort: float = field(metadata=_spec("phase", r"n_\varphi", "effort", high=5.0))
    zone_effort: float = field(metadata=_spec("phase", r"q_\varphi", "effort", high=10.0))
    pressure_factor: float = field(metadata=_spec("phase", r"\pi_\varphi", "factor", high=3.0))
    displacement: float = field(metadata=_spec("phase", r"\delta_\varphi", "share"))
    judicial: float = field(metadata=_spec("phase", r"J_\varphi", "share"))


@dataclass(frozen=True)
class Model:
    """All parameters of a scenario's model, as read from ``model.toml``.

    Fields are in the units of :func:`Model.records`; each is explained in the file itself.
    """

    target_share: float = field(metadata=_spec("baseline", "A^*", "share"))
    weight_homicide: float = field(metadata=_spec("baseline", "w_1", "weight", high=5.0))
    weight_priority: float = field(metadata=_spec("baseline", "w_2", "weight", high=5.0))
    weight_border: float = field(metadata=_spec("baseline", "w_3", "weight", high=5.0))
    weight_density: float = field(metadata=_spec("baseline", "w_4", "weight", high=5.0))
    neighbour_priority: float = field(metadata=_spec("baseline", "m", "share"))
    border_distance: float = field(metadata=_spec("baseline", "D", "km", low=1.0, high=1000.0))
    input_limit: float = field(metadata=_spec("baseline", "x_{max}", "standard_deviations", low=1.0, high=10.0))
    smoothing: float = field(metadata=_spec("baseline", "s", "share"))
    slope: float = field(metadata=_spec("baseline", "b", "per_unit", low=0.05, high=20.0))

    gain: float = field(metadata=_spec("step", "g", "per_month"))
    loss: float = field(metadata=_spec("step", r"\ell", "per_month", low=1e-6))
    local_share: float = field(metadata=_spec("step", r"\lambda", "share"))
    standing_effort: float = field(metadata=_spec("step", "e_0", "effort", high=5.0))
    pressure_limit: float = field(metadata=_spec("step", "p_{max}", "pressure", low=0.01, high=100.0))

    ramp: float = field(metadata=_spec("zones", "r", "months", low=1.0, high=60.0))
    guard_half: float = field(metadata=_spec("zones", "u_{1/2}", "units", low=0.01, high=1000.0))
    programme_bonus: float = field(metadata=_spec("zones", r"\beta", "share"))

    money_effort: float = field(metadata=_spec("money", r"\mu", "effort", high=10.0))
    money_half: float = field(metadata=_spec("money", "y_{1/2}", "usd_per_person_year", low=0.1, high=1e5))
    money_lag: float = field(metadata=_spec("money", r"\tau", "months", low=1.0, high=60.0))
    money_spread: float = field(metadata=_spec("money", r"\sigma", "share"))

    coverage_effect: float = field(metadata=_spec("pressure", r"\kappa_1", "share"))
    inspection_effect: float = field(metadata=_spec("pressure", r"\kappa_2", "share"))
    capacity_effect: float = field(metadata=_spec("pressure", r"\kappa_3", "share"))
    finance_effect: float = field(metadata=_spec("pressure", r"\kappa_4", "share"))
    integrity_effect: float = field(metadata=_spec("pressure", r"\kappa_5", "share"))

    integrity_start: float = field(metadata=_spec("integrity", "I_0", "share"))
    integrity_rise: float = field(metadata=_spec("integrity", r"\rho", "per_month"))
    integrity_decay: float = field(metadata=_spec("integrity", r"\omega", "per_month"))

    violence_held: float = field(metadata=_spec("homicide", "h_0", "relative", low=1e-3, high=10.0))
    violence_unheld: float = field(metadata=_spec("homicide", "h_1", "relative", high=10.0))
    violence_contested: float = field(metadata=_spec("homicide", "h_2", "relative", high=10.0))
    contest_width: float = field(metadata=_spec("homicide", "v", "score", low=0.01))

    phases: tuple[PhaseSettings, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict, compare=False)

    @property
    def rates(self) -> Rates:
        """The three numbers of the month step."""
        return Rates(self.gain, self.loss, self.local_share)

    @classmethod
    def from_mapping(
        cls, mapping: Mapping[str, object], file: str = "model.toml"
    ) -> tuple[Model, tuple[errors.Fault, ...]]:
        """Read the parameters of a scenario.

        Each is a table ``{ value, low, high }``: the value used, and the range an ensemble may
        draw from.

        Parameters
        ----------
        mapping
            The parsed file.
        file
            Its name, for the faults.

        Returns
        -------
        tuple
            The model and every fault of the file. Wrong entries read as the least value allowed;
            a model with faults is for further checks only. Nothing is raised.
        """
        reader = parameters.Reader(mapping, file)
        reader.flag("illustrative", default=True)
        ranges: dict[str, tuple[float, float]] = {}
        numbers: dict[str, float] = {}
        for section, entries in _sections(cls):
            table = reader.sub(section)
            for each in entries:
                numbers[each.name] = _read(table, each, each.name, ranges)
            table.finish()
        settings = _read_phases(reader.sub("phase"), ranges)
        reader.finish()
        model = cls(**numbers, phases=settings, ranges=ranges)
        return model, tuple(reader.faults)

    def records(self) -> tuple[Parameter, ...]:
        """Every parameter with its value, range and unit, in the order of the file."""
        single = [_record(self, each, each.name, self.ranges) for each in _parameters(type(self))]
        by_phase = [
            _record(settings, each, f"phase.{number}.{each.name}", self.ranges)
            for number, settings in enumerate(self.phases, start=1)
            for each in _parameters(PhaseSettings)
        ]
        return (*single, *by_phase)


class Parameter(NamedTuple):
    """One parameter as a page or an ensemble needs it.

    Attributes
    ----------
    key
        Its name: a field of :class:`Model`, or ``phase.<number>.<field>``.
    section
        Table of ``model.toml`` it stands in.
    symbol
        LaTeX, as in :data:`EQUATIONS`.
    value, low, high
        The value used and the range for an ensemble; low = value = high where it is not varied.
    unit
        Key of the unit.
    """

    key: str
    section: str
    symbol: str
    value: float
    low: float
    high: float
    unit: str


def _parameters(owner: type[Model | PhaseSettings]) -> Iterator[dataclasses.Field[Any]]:
    return (each for each in dataclasses.fields(owner) if "section" in each.metadata)


def _sections(owner: type[Model]) -> Iterator[tuple[str, list[dataclasses.Field[Any]]]]:
    """Parameters by their table in the file, in the order of declaration."""
    names = dict.fromkeys(each.metadata["section"] for each in _parameters(owner))
    for name in names:
        yield name, [each for each in _parameters(owner) if each.metadata["section"] == name]


def _read(
    table: parameters.Reader,
    entry: dataclasses.Field[Any],
    key: str,
    ranges: dict[str, tuple[float, float]],
) -> float:
    """Value of one parameter; its range goes into `ranges`."""
    least, most = entry.metadata["low"], entry.metadata["high"]
    reader = table.sub(entry.name)
    # NaN, where the value is wrong, compares as in order with anything: one fault, not three.
    value = reader.number("value", math.nan, low=least, high=most)
    low = reader.number("low", value, low=least, high=most) if reader.has("low") else value
    high = reader.number("high", value, low=least, high=most) if reader.has("high") else value
    reader.finish()
    if low > value:
        reader.fault("low", "not_in_order", low, other=value)
    if high < value:
        reader.fault("high", "not_in_order", high, other=value)
    ranges[key] = (low, high)
    return least if math.isnan(value) else value


def _read_phases(reader: parameters.Reader, ranges: dict[str, tuple[float, float]]) -> tuple[PhaseSettings, ...]:
    settings = []
    for number in range(1, phases.COUNT + 1):
        table = reader.sub(str(number))
        numbers = {
            each.name: _read(table, each, f"phase.{number}.{each.name}", ranges) for each in _parameters(PhaseSettings)
        }
        table.finish()
        settings.append(PhaseSettings(**numbers))
    reader.finish()
    return tuple(settings)


def _record(
    owner: Model | PhaseSettings,
    entry: dataclasses.Field[Any],
    key: str,
    ranges: Mapping[str, tuple[float, float]],
) -> Parameter:
    value = float(getattr(owner, entry.name))
    low, high = ranges.get(key, (value, value))
    metadata = entry.metadata
    return Parameter(key, metadata["section"], metadata["symbol"], value, low, high, metadata["unit"])


class Equation(NamedTuple):
    """One equation of the model.

    Attributes
    ----------
    key
        Its name, for the sentence beside it.
    latex
        The formula.
    symbols
        The symbols it uses and the key that explains each: a parameter's key or one of
        :data:`QUANTITIES`.
    """

    key: str
    latex: str
    symbols: tuple[tuple[str, str], ...]


QUANTITIES: Final[tuple[str, ...]] = (
    "control",
    "neighbours_control",
    "neighbour_weights",
    "input",
    "index",
    "smoothed_index",
    "offset",
    "standing_pressure",
    "displaced_pressure",
    "effort",
    "pressure",
    "activity",
    "time_in_zone",
    "guard_units",
    "programmes",
    "money",
    "money_near",
    "money_stock",
    "population",
    "coverage",
    "inspection",
    "capacity",
    "finance",
    "integrity",
    "judicial_input",
    "violence",
    "homicide_rate",
    "observed_rate",
)
"""Keys of what the equations compute or are given, beside the parameters."""

EQUATIONS: Final[tuple[Equation, ...]] = (
    Equation(
        "index",
        r"z_i = \sum_{k=1}^{4} w_k \, \max(-x_{max}, \min(x_{max}, x_{ik}))",
        (
            ("z_i", "index"),
            ("x_{ik}", "input"),
            ("w_1", "weight_homicide"),
            ("w_2", "weight_priority"),
            ("w_3", "weight_border"),
            ("w_4", "weight_density"),
            ("x_{max}", "input_limit"),
        ),
    ),
    Equation(
        "baseline",
        r"c_i(0) = \frac{1}{1 + e^{\,b \bar z_i - a}}, \qquad "
        r"\bar z_i = (1 - s)\, z_i + s \sum_j W_{ij} z_j",
        (
            ("c_i", "control"),
            (r"\bar z_i", "smoothed_index"),
            ("W_{ij}", "neighbour_weights"),
            ("a", "offset"),
            ("b", "slope"),
            ("s", "smoothing"),
        ),
    ),
    Equation(
        "standing_pressure",
        r"p_i = \min\left(p_{max},\; \frac{g \, e_0 \, (1 - c_i)\,"
        r"(\lambda + (1 - \lambda)\, \bar c_i)}{\ell \, c_i \, (1 - \bar c_i)}\right)"
        r"\quad \mathrm{at}\ t = 0",
        (
            ("p_i", "standing_pressure"),
            (r"\bar c_i", "neighbours_control"),
            ("e_0", "standing_effort"),
            ("p_{max}", "pressure_limit"),
        ),
    ),
    Equation(
        "activity",
        r"a_i(t) = \max_{z \ni i} \; R_{iz}(t) \, \frac{u_z(t)}{u_z(t) + u_{1/2}} \,"
        r"(1 + \beta \, m_z(t))",
        (
            ("a_i", "activity"),
            ("R_{iz}", "time_in_zone"),
            ("r", "ramp"),
            ("u_z", "guard_units"),
            ("u_{1/2}", "guard_half"),
            ("m_z", "programmes"),
            (r"\beta", "programme_bonus"),
        ),
    ),
    Equation(
        "money",
        r"Y_i(t) = Y_i(t-1) + \frac{1}{\tau}\left(B_i(t-1) - Y_i(t-1)\right), \qquad "
        r"B_i = (1 - \sigma)\, M_i + \sigma \sum_j W_{ji} M_j, \qquad "
        r"y_i = \frac{12 \, Y_i}{N_i}",
        (
            ("M_i", "money"),
            ("B_i", "money_near"),
            ("Y_i", "money_stock"),
            ("N_i", "population"),
            (r"\tau", "money_lag"),
            (r"\sigma", "money_spread"),
        ),
    ),
    Equation(
        "effort",
        r"e_i(t) = e_0 + n_\varphi + q_\varphi \, a_i(t) + \mu \, \frac{y_i(t)}{y_i(t) + y_{1/2}}",
        (
            ("e_i", "effort"),
            (r"n_\varphi", "national_effort"),
            (r"q_\varphi", "zone_effort"),
            (r"\mu", "money_effort"),
            ("y_{1/2}", "money_half"),
        ),
    ),
    Equation(
        "displacement",
        r"p'_i(t) = p_i - d_i \sum_j W_{ij} (1 - \hat a_j) + (1 - \hat a_i) \sum_j W_{ji} \, d_j, \qquad "
        r"d_i = \delta_\varphi \, \hat a_i \, p_i, \qquad \hat a_i = \min(1, a_i(t))",
        (("p'_i", "displaced_pressure"), (r"\delta_\varphi", "displacement")),
    ),
    Equation(
        "pressure",
        r"P_i(t) = \pi_\varphi \, p'_i(t) \, (1 - \kappa_1 V_i)(1 - \kappa_2 S_i)(1 - \kappa_3 L_i)"
        r"(1 - \kappa_4 F)\,(1 - \kappa_5 (I(t) - I_0))",
        (
            ("P_i", "pressure"),
            (r"\pi_\varphi", "pressure_factor"),
            ("V_i", "coverage"),
            ("S_i", "inspection"),
            ("L_i", "capacity"),
            ("F", "finance"),
            (r"\kappa_1", "coverage_effect"),
            (r"\kappa_2", "inspection_effect"),
            (r"\kappa_3", "capacity_effect"),
            (r"\kappa_4", "finance_effect"),
            (r"\kappa_5", "integrity_effect"),
        ),
    ),
    Equation(
        "step",
        r"c_i(t) = c_i + g \, e_i \,(1 - c_i)\,(\lambda + (1 - \lambda)\, \bar c_i)"
        r" - \ell \, P_i \, c_i \,(1 - \bar c_i), \qquad \bar c_i = \sum_j W_{ij} c_j",
        (
            ("g", "gain"),
            (r"\ell", "loss"),
            (r"\lambda", "local_share"),
            (r"\bar c_i", "neighbours_control"),
        ),
    ),
    Equation(
        "integrity",
        r"I(t) = I + \rho \, \min(1, J_\varphi + J'(t)) \,(1 - I) - \omega \,(I - I_0)",
        (
            ("I", "integrity"),
            (r"J_\varphi", "judicial"),
            ("J'", "judicial_input"),
            (r"\rho", "integrity_rise"),
            (r"\omega", "integrity_decay"),
            ("I_0", "integrity_start"),
        ),
    ),
    Equation(
        "homicide",
        r"H_s(t) = H_s \, \frac{\sum_{i \in s} N_i \, \theta(c_i(t))}"
        r"{\sum_{i \in s} N_i \, \theta(c_i(0))}, \qquad "
        r"\theta(c) = h_0 + h_1 (1 - c) + h_2 \, e^{-((c - 1/2)/v)^2}",
        (
            ("H_s(t)", "homicide_rate"),
            ("H_s", "observed_rate"),
            (r"\theta", "violence"),
            ("h_0", "violence_held"),
            ("h_1", "violence_unheld"),
            ("h_2", "violence_contested"),
            ("v", "contest_width"),
        ),
    ),
)
"""The model, in the order it is computed; unmarked quantities on the right are of month t-1."""
