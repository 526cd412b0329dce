"""The model's parameters, as data.

Every number the model uses is a field here and an entry of a scenario's ``model.toml``, with the
range an ensemble draws it from. What is computed with them stands in :mod:`roadmap.model.formulae`. Texts are looked up
elsewhere by the keys.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from roadmap.plan import phases
from roadmap.tables import ranged, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from roadmap import errors


FILE: Final = "model.toml"
_OF_A_PHASE: Final = f"phase.{settings.NUMBER}"


def _spec(
    section: str, symbol: str, unit: str, says: str, *, low: float = 0.0, high: float = 1.0
) -> dict[str, Any]:
    """Declare a parameter: its table in the file, symbol, unit, meaning, and the values it may take."""
    return settings.entry(section, "parameter", says, symbol=symbol, unit=unit, low=low, high=high)


ILLUSTRATIVE: Final = settings.Entry(
    "illustrative", "", "flag", "Whether the parameters are invented; nothing depends on it.", default=True
)


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
    """What a phase of the plan adds; every entry is 0 (or 1 for the pressure) without a plan."""

    national_effort: float = field(
        metadata=_spec("phase", r"n_\varphi", "effort", "Effort added everywhere.", high=5.0)
    )
    zone_effort: float = field(
        metadata=_spec("phase", r"q_\varphi", "effort", "Effort added in a fully active zone.", high=10.0)
    )
    pressure_factor: float = field(
        metadata=_spec("phase", r"\pi_\varphi", "factor", "Factor on the pressure everywhere.", high=3.0)
    )
    displacement: float = field(
        metadata=_spec(
            "phase", r"\delta_\varphi", "share",
            "Share of an active zone's pressure that moves to the municipalities around it; 0: none.",
        )
    )
    judicial: float = field(metadata=_spec("phase", r"J_\varphi", "share", "Strength of the judicial programmes."))


@dataclass(frozen=True)
class Model(settings.Settings):
    """All parameters of a scenario's model, as read from ``model.toml``.

    Fields are in the units of :func:`Model.records`. Each is a table ``{ value, low, high }`` of the file: the value
    used, and the range an ensemble may draw from. A wrong one reads as the least value allowed.
    """

    target_share: float = field(
        metadata=_spec("baseline", "A^*", "share", "Share of the area at contested or worse in month 0.")
    )
    weight_homicide: float = field(
        metadata=_spec("baseline", "w_1", "weight", "Weight of the logarithm of the state's homicide rate.", high=5.0)
    )
    weight_priority: float = field(
        metadata=_spec("baseline", "w_2", "weight", "Weight of the federal lists of priority municipalities.", high=5.0)
    )
    weight_border: float = field(
        metadata=_spec("baseline", "w_3", "weight", "Weight of nearness to border traffic.", high=5.0)
    )
    weight_density: float = field(
        metadata=_spec("baseline", "w_4", "weight", "Weight of low population density.", high=5.0)
    )
    neighbour_priority: float = field(
        metadata=_spec(
            "baseline", "m", "share",
            "What a municipality beside a listed one counts, a listed one being 1.",
        )
    )
    border_distance: float = field(
        metadata=_spec(
            "baseline", "D", "km",
            "Distance at which the influence of a crossing falls to 1/e.",
            low=1.0, high=1000.0,
        )
    )
    input_limit: float = field(
        metadata=_spec(
            "baseline", "x_{max}", "standard_deviations",
            "Inputs are cut at this many standard deviations.",
            low=1.0, high=10.0,
        )
    )
    smoothing: float = field(
        metadata=_spec("baseline", "s", "share", "Share of the weighted sum that is taken from the neighbours.")
    )
    slope: float = field(
        metadata=_spec(
            "baseline", "b", "per_unit",
            "Slope of the logistic: how far the scores spread.",
            low=0.05, high=20.0,
        )
    )

    gain: float = field(
        metadata=_spec(
            "step", "g", "per_month",
            "Largest share of what is not held that can be won in a month, at effort 1.",
        )
    )
    loss: float = field(
        metadata=_spec(
            "step", r"\ell", "per_month",
            "Largest share of what is held that can be lost in a month, at pressure 1.",
            low=1e-6,
        )
    )
    local_share: float = field(
        metadata=_spec(
            "step", r"\lambda", "share",
            "Share of the gain that does not depend on how well the neighbours are held.",
        )
    )
    standing_effort: float = field(
        metadata=_spec(
            "step", "e_0", "effort",
            "Effort before the plan; every other effort is measured in it.",
            high=5.0,
        )
    )
    pressure_limit: float = field(
        metadata=_spec(
            "step", "p_{max}", "pressure",
            "Standing pressure, set so that month 0 is a standstill, is never above this.",
            low=0.01, high=100.0,
        )
    )

    ramp: float = field(
        metadata=_spec(
            "zones", "r", "months",
            "Months until a zone works fully, and until it has faded after its end.",
            low=1.0, high=60.0,
        )
    )
    guard_half: float = field(
        metadata=_spec(
            "zones", "u_{1/2}", "units",
            "Units for each municipality at which a zone reaches half of its strength.",
            low=0.01, high=1000.0,
        )
    )
    programme_bonus: float = field(
        metadata=_spec("zones", r"\beta", "share", "What each programme under way in a zone adds to its strength.")
    )

    money_effort: float = field(metadata=_spec("money", r"\mu", "effort", "Most effort that money can add.", high=10.0))
    money_half: float = field(
        metadata=_spec(
            "money", "y_{1/2}", "usd_per_person_year",
            "Money for each person and year at half of that.",
            low=0.1, high=1e5,
        )
    )
    money_lag: float = field(
        metadata=_spec(
            "money", r"\tau", "months",
            "Months over which delivered money takes effect.",
            low=1.0, high=60.0,
        )
    )
    money_spread: float = field(
        metadata=_spec("money", r"\sigma", "share", "Share that takes effect in the neighbouring municipalities.")
    )

    coverage_effect: float = field(
        metadata=_spec(
            "pressure", r"\kappa_1", "share",
            "Share of the pressure that full border coverage by sensors takes away.",
        )
    )
    inspection_effect: float = field(
        metadata=_spec("pressure", r"\kappa_2", "share", "Share that full southbound inspection takes away.")
    )
    capacity_effect: float = field(
        metadata=_spec("pressure", r"\kappa_3", "share", "Share that added capacity of legal crossings takes away.")
    )
    finance_effect: float = field(
        metadata=_spec("pressure", r"\kappa_4", "share", "Share that financial disruption takes away.")
    )
    integrity_effect: float = field(
        metadata=_spec(
            "pressure", r"\kappa_5", "share",
            "Share that full integrity above its start takes away; below it, adds.",
        )
    )

    integrity_start: float = field(
        metadata=_spec("integrity", "I_0", "share", "Institutional integrity at the baseline.")
    )
    integrity_rise: float = field(
        metadata=_spec(
            "integrity", r"\rho", "per_month",
            "Share of what is missing that judicial programmes of full strength add in a month.",
        )
    )
    integrity_decay: float = field(
        metadata=_spec("integrity", r"\omega", "per_month", "Share of what was gained that wears off in a month.")
    )

    violence_held: float = field(
        metadata=_spec(
            "homicide", "h_0", "relative",
            "Relative violence where the state holds everything.",
            low=1e-3, high=10.0,
        )
    )
    violence_unheld: float = field(
        metadata=_spec("homicide", "h_1", "relative", "Added where it holds nothing.", high=10.0)
    )
    violence_contested: float = field(
        metadata=_spec(
            "homicide", "h_2", "relative",
            "Added where control is contested, at a score of one half.",
            high=10.0,
        )
    )
    contest_width: float = field(
        metadata=_spec("homicide", "v", "score", "How far from one half the contest reaches.", low=0.01)
    )

    phases: tuple[PhaseSettings, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict, compare=False)

    @property
    def rates(self) -> Rates:
        """The three numbers of the month step."""
        return Rates(self.gain, self.loss, self.local_share)

    @classmethod
    def file_name(cls) -> str:
        """Return the usual name of the file."""
        return FILE

    @classmethod
    def says(cls) -> str:
        """Return what the file holds."""
        return (
            "The numbers of the model. Each is `{ value, low, high }`: the value used, and the range an ensemble draws "
            "from; without `low` and `high` it is not varied. `value` lies between them."
        )

    @classmethod
    def sections(cls) -> Mapping[str, Sequence[settings.Entry]]:
        """Return what each table of the file may hold."""
        return {"": (ILLUSTRATIVE,), **settings.by_section(cls), _OF_A_PHASE: settings.entries(PhaseSettings)}

    @classmethod
    def of_phases(
        cls, count: int
    ) -> Callable[[Mapping[str, object], str], tuple[Model, tuple[errors.Fault, ...]]]:
        """Return what reads the parameters of a plan with so many phases, in the way of :meth:`from_mapping`."""

        def from_mapping(mapping: Mapping[str, object], file: str = "") -> tuple[Model, tuple[errors.Fault, ...]]:
            reader = ranged.Reader(mapping, file or cls.file_name())
            return cls._read(reader, count), tuple(reader.faults)

        return from_mapping

    @classmethod
    def read(cls, reader: ranged.Reader) -> Model:
        """Return what a file says, of as many phases as it has, having noted its faults in the reader."""
        given = reader.table.get("phase")
        return cls._read(reader, min(len(given), phases.MAX_COUNT) if isinstance(given, Mapping) else 1)

    @classmethod
    def _read(cls, reader: ranged.Reader, count: int) -> Model:
        """Return what a file says of so many phases."""
        ILLUSTRATIVE.read(reader)
        drawn: dict[str, settings.Range] = {}
        for section, declared in settings.by_section(cls).items():
            drawn |= _read(reader.sub(section), declared)
        by_phase, table = [], reader.sub("phase")
        for number in range(1, count + 1):
            own = _read(table.sub(str(number)), settings.entries(PhaseSettings))
            drawn |= {f"phase.{number}.{name}": given for name, given in own.items()}
            by_phase.append(PhaseSettings(**_values(PhaseSettings, own)))
        table.finish()
        reader.finish()
        ranges = {key: (given.low, given.high) for key, given in drawn.items()}
        return cls(**_values(cls, drawn), phases=tuple(by_phase), ranges=ranges)

    def records(self) -> tuple[Parameter, ...]:
        """Every parameter with its value, range and unit, in the order of the file."""
        single = [_record(self, declared, declared.name, self.ranges) for declared in settings.entries(type(self))]
        by_phase = [
            _record(phase, declared, f"phase.{number}.{declared.name}", self.ranges)
            for number, phase in enumerate(self.phases, start=1)
            for declared in settings.entries(PhaseSettings)
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


def _read(table: ranged.Reader, declared: Iterable[settings.Entry]) -> dict[str, settings.Range]:
    """Return every parameter of a table by its name."""
    drawn = {parameter.name: parameter.read_range(table) for parameter in declared}
    table.finish()
    return drawn


def _values(owner: type[Model | PhaseSettings], drawn: Mapping[str, settings.Range]) -> dict[str, Any]:
    """Return the value of every parameter of a class, the least one allowed in the place of a wrong one."""
    return {
        declared.name: declared.low if math.isnan(drawn[declared.name].value) else drawn[declared.name].value
        for declared in settings.entries(owner)
    }


def _record(
    owner: Model | PhaseSettings,
    declared: settings.Entry,
    key: str,
    ranges: Mapping[str, tuple[float, float]],
) -> Parameter:
    value = float(getattr(owner, declared.name))
    low, high = ranges.get(key, (value, value))
    return Parameter(key, declared.section, declared.symbol, value, low, high, declared.unit)
