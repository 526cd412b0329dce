"""The model's parameters, as data.

Every number the model uses is a field here and an entry of a scenario's ``model.toml``, with the
range an ensemble draws it from. What is computed with them stands in :mod:`roadmap.model.formulae`. Texts are looked up
elsewhere by the keys.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from roadmap.plan import phases
from roadmap.tables import ranged

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
        reader = ranged.Reader(mapping, file)
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
        LaTeX, as in :data:`roadmap.model.formulae.EQUATIONS`.
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
    table: ranged.Reader,
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


def _read_phases(reader: ranged.Reader, ranges: dict[str, tuple[float, float]]) -> tuple[PhaseSettings, ...]:
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
