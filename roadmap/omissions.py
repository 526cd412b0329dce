"""What of a scenario could not be used: the one list that pages, commands, files and pictures tell it from.

A fault in the ledger costs the whole ledger, one along the border its row, and terrain that cannot be read costs the
lines of sight. Each of them changes figures all over the map, so whatever is made from such a scenario says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from roadmap import errors
from roadmap.border import sensors, upgrades
from roadmap.ledger import investment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo import terrain
    from roadmap.border import frontier
    from roadmap.ledger import bookkeeping
    from roadmap.tables import sifted

LEDGER: Final = "ledger"
SENSORS: Final = "sensors"
UPGRADES: Final = "upgrades"
TERRAIN: Final = "terrain"
PARTS: Final = (LEDGER, SENSORS, UPGRADES, TERRAIN)


@dataclass(frozen=True)
class Omission:
    """A part of a scenario that is not used, or not in full, or of which a column is not read.

    Attributes
    ----------
    part
        One of :data:`PARTS`.
    file
        The file that it would come from; for terrain the word itself, since its path is nobody's business.
    faults
        Why, in the order of rows.
    rows
        Rows left out, as a spreadsheet counts them; empty where nothing of the file is used, and where all is.
    unused
        Whether nothing of the file is used.
    """

    part: str
    file: str
    faults: tuple[errors.Fault, ...]
    rows: tuple[int, ...] = ()
    unused: bool = False

    @property
    def lacks(self) -> bool:
        """Whether figures lack anything for it; a column that nobody reads is a fault that they do not."""
        return self.unused or bool(self.rows)


class IncompleteError(errors.ScenarioError):
    """A scenario of which parts are left out, where that was not allowed.

    Parameters
    ----------
    omissions : sequence of Omission
        What is left out.

    Attributes
    ----------
    omissions : tuple of Omission
    """

    def __init__(self, omissions: Sequence[Omission]) -> None:
        self.omissions: tuple[Omission, ...] = tuple(omissions)
        super().__init__(fault for omission in self.omissions for fault in omission.faults)

    def __reduce__(self) -> tuple[type[IncompleteError], tuple[tuple[Omission, ...]]]:  # type: ignore[override]
        """Rebuild from the parts, so that the error survives pickling."""
        return type(self), (self.omissions,)


def of(line: frontier.Frontier, books: bookkeeping.Books) -> tuple[Omission, ...]:
    """What of border and ledger is left out or has a fault that costs nothing, in the order of :data:`PARTS`."""
    found = (
        Omission(LEDGER, investment.FILE, books.faults, unused=True),
        _sifted(SENSORS, sensors.FILE, line.sensors),
        _sifted(UPGRADES, upgrades.FILE, line.upgrades),
        Omission(TERRAIN, TERRAIN, () if line.terrain_fault is None else (fault_of(line.terrain_fault),), unused=True),
    )
    return tuple(omission for omission in found if omission.faults)


def _sifted(part: str, file: str, table: sifted.Sifted) -> Omission:
    return Omission(part, file, table.faults, table.left_out, table.unused)


def fault_of(error: terrain.TerrainError) -> errors.Fault:
    """What is wrong with terrain, as a fault like any other; its source is not named."""
    return errors.Fault(TERRAIN, None, None, None, error.key, error.values)
