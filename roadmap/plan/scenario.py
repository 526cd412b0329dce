"""A scenario: a folder of text files that says what a roadmap would do, where and when.

The folder's name is the scenario's identifier. Loading checks all files at once and either returns a
scenario that every other part can rely on, or raises one error with every fault.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd

from geo import territory
from roadmap import errors
from roadmap.plan import entries, parameters, parties, phases, zones
from roadmap.record import rules
from roadmap.tables import columnar, declared, delimited, documents, files, municipal, texts

DEFAULT_ROOT = Path(__file__).resolve().parents[2] / "data" / "scenarios"
DEFAULT = "ssa"

STATUS = "status.csv"
BASELINE = "baseline.csv"
FILES = ("roadmap.toml", "zones.csv", "model.toml", "rules.toml", STATUS, BASELINE)
"""The files that are read here; the last two are optional."""

BESIDE = ("sensors.csv", "upgrades.csv", "investment.csv", "conditions.csv")
"""Files that :mod:`roadmap.border.frontier` and :mod:`roadmap.ledger.bookkeeping` read, all optional. A fault there
never costs the scenario: it costs its row along the border, and the whole ledger among money."""

STATUSES = ("withheld", "not_assessed")
STATUS_TABLE = declared.Table[municipal.Keys](
    STATUS,
    "Municipalities whose class is withheld or not assessed, one span of months a row.",
    (
        declared.cvegeo(lambda known: known),
        *phases.stay(low=phases.BASELINE_MONTH),
        declared.Column("status", "word", "What is shown in place of its class.", allowed=STATUSES),
        declared.Column("note", "text", "Why.", blank="nothing is said of it", may_be_absent=True),
    ),
    apart=("cvegeo", "first_month", "last_month"),
)
STATUS_COLUMNS = STATUS_TABLE.names
BASELINE_TABLE = declared.Table[municipal.Keys](
    BASELINE,
    "Control scores of month 0, a municipality a row. With it nothing is computed of public figures.",
    (
        declared.cvegeo(lambda known: known),
        declared.Column("score", "number", "Share of effective state control.", low=0.0, high=1.0),
    ),
    key="cvegeo",
    further=("Every municipality of the geography has a row.",),
)
TERRITORIES = "territories"
"""Folder beside that of the scenarios: a geography of its own, with public figures, in each folder of it."""

_ID = re.compile(r"[a-z0-9_-]{1,40}")
_ID_RULE = "a-z 0-9 _ -, 1 to 40"
_A_FOLDER = "the path of a folder"

Phases = tuple[phases.Phase, ...]
Entries = tuple[entries.Entry, ...]
Zones = tuple[zones.Zone, ...]
Model = parameters.Model
Rules = rules.Rules
Settings = TypeVar("Settings")


@dataclass(frozen=True, eq=False)
class Scenario:
    """A checked scenario.

    Parameters
    ----------
    id : str
        Name of its folder.
    title, summary, author_note : str
    folder : Path
    hash : str
        Twelve hexadecimal digits over the bytes of all its files.
    hypothetical : bool
    phases : tuple of Phase
    entries : tuple of Entry
    zones : tuple of Zone
    zone_members : DataFrame
        ``zone``, ``cvegeo``, ``first_month`` (int64), ``last_month`` (Int64, missing while it stays),
        ``basis``.
    status : DataFrame
        Municipalities whose class is withheld or not assessed: ``cvegeo``, ``first_month`` (int64),
        ``last_month`` (Int64), ``status``, ``note``. Empty without a ``status.csv``.
    model : Model
    rules : Rules
    baseline : Series, optional
        Control scores of month 0 by key, of every municipality; None where they are computed of public figures.
    leads, funders : tuple of Party
        Who may lead and pay; empty where the roadmap allows anybody.
    """

    id: str
    title: str
    summary: str
    author_note: str
    folder: Path
    hash: str
    hypothetical: bool
    phases: Phases
    entries: Entries
    zones: Zones
    zone_members: pd.DataFrame
    status: pd.DataFrame
    model: Model
    rules: Rules
    baseline: pd.Series | None = None
    leads: tuple[parties.Party, ...] = ()
    funders: tuple[parties.Party, ...] = ()

    @property
    def last_month(self) -> int:
        """The last month of the plan."""
        return phases.last_month(self.phases)

    def path(self, name: str) -> str:
        """Return how one of its files is named among the sources: below ``data`` where it is shipped."""
        own = f"{self.folder.name}/{name}"
        return f"{DEFAULT_ROOT.name}/{own}" if self.folder.parent == DEFAULT_ROOT else own


def discover(root: Path = DEFAULT_ROOT) -> tuple[str, ...]:
    """Return the identifiers of the scenarios in a folder, sorted.

    Every sub-folder with a usable name counts, whether it can be loaded or not: loading says what
    is missing.

    Parameters
    ----------
    root : Path
    """
    try:
        with os.scandir(root) as inside:
            return tuple(sorted(entry.name for entry in inside if _ID.fullmatch(entry.name) and files.is_folder(entry)))
    except OSError:
        return ()


def find(scenario_id: str, root: Path = DEFAULT_ROOT) -> Path:
    """Return the folder of a scenario.

    Parameters
    ----------
    scenario_id : str
        Lower case letters, digits, ``_`` and ``-``; never a path.
    root : Path

    Raises
    ------
    ScenarioError
        With the fault ``scenario_id`` or ``unknown_scenario``.
    """
    if not _ID.fullmatch(scenario_id):
        raise _no_folder(scenario_id, "scenario_id", _ID_RULE)
    known = discover(root)
    if scenario_id not in known:
        raise _no_folder(scenario_id, "unknown_scenario", known)
    return root / scenario_id


def locate(named: str, root: Path = DEFAULT_ROOT) -> Path:
    """Return the folder of a scenario that a person named by its identifier or by its path.

    Parameters
    ----------
    named : str
    root : Path
        Where identifiers are looked up; they come before folders of the same name elsewhere.

    Raises
    ------
    ScenarioError
        With the fault ``scenario_id`` or ``unknown_scenario``.
    """
    known = discover(root)
    if named in known:
        return root / named
    # Of what can be no path at all a Path raises instead of saying no.
    if not os.path.isdir(named):  # noqa: PTH112
        raise _no_folder(named, "unknown_scenario", (*known, _A_FOLDER))
    folder = Path(named).resolve()
    if not _ID.fullmatch(folder.name):
        raise _no_folder(named, "scenario_id", _ID_RULE)
    return folder


def load(
    folder: Path | files.Folder, place: territory.Territory, *, indicators: Collection[str] | None = None
) -> Scenario:
    """Load and check a scenario.

    Parameters
    ----------
    folder : Path or Folder
        The scenario's folder; its name is the identifier. What is read of it is kept in a Folder, and :mod:`frontier`
        and :mod:`accounts` then use the very bytes that are in the hash.
    place : Territory
        Geography whose municipalities the scenario names.
    indicators : collection of str, optional
        Identifiers of the observed indicators that entries may cite; without it they are not checked.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With every fault of every file.
    """
    folder = files.folder(folder)
    path = folder.path.absolute()
    scenario_id = find(path.name, path.parent).name
    _require_list(folder, scenario_id)
    known = municipal.Keys.of(place)
    faults: list[errors.Fault] = []
    roadmap = _read_roadmap(folder / "roadmap.toml", indicators, faults)
    schedule = () if roadmap is None else roadmap.phases
    last = phases.last_month(schedule)
    members, named = zones.read_members(
        folder / "zones.csv", known, None if roadmap is None else roadmap.zones, faults, last_month=last
    )
    of_phases = parameters.Model.of_phases(len(schedule)) if schedule else parameters.Model.from_mapping
    settings = _read_settings(folder / "model.toml", of_phases, faults)
    rule = _read_settings(folder / "rules.toml", rules.Rules.from_mapping, faults)
    status = _read_status(folder / STATUS, known, faults, last)
    baseline = _read_baseline(folder / BASELINE, known, faults)
    if roadmap is not None:
        _check_identity(roadmap.head, scenario_id)
        zones.note_empty(roadmap.zones, roadmap.zone_records, named)
    if faults or roadmap is None or settings is None or rule is None:
        raise errors.ScenarioError(sorted(faults, key=_place))
    return Scenario(
        id=scenario_id,
        title=roadmap.title,
        summary=roadmap.summary,
        author_note=roadmap.author_note,
        folder=path,
        hash=_hash(folder),
        hypothetical=roadmap.hypothetical,
        phases=roadmap.phases,
        entries=roadmap.entries,
        zones=zones.with_members(roadmap.zones, members),
        zone_members=members,
        status=status,
        model=settings,
        rules=rule,
        baseline=baseline,
        leads=roadmap.leads,
        funders=roadmap.funders,
    )


@dataclass(frozen=True)
class _Roadmap:
    """What ``roadmap.toml`` holds."""

    head: documents.Record
    title: str
    summary: str
    author_note: str
    hypothetical: bool
    phases: Phases
    entries: Entries
    zones: Zones
    leads: tuple[parties.Party, ...]
    funders: tuple[parties.Party, ...]
    zone_records: tuple[documents.Record, ...]


def _read_roadmap(path: files.File, indicators: Collection[str] | None, faults: list[errors.Fault]) -> _Roadmap | None:
    document = documents.read(path, faults)
    if document is None:
        return None
    root = document.root(faults)
    head = root.record("scenario")
    if head.has("language"):
        language = head.text("language", texts.DEFAULT, allowed=texts.LANGUAGES)
        root.language = head.language = language
    schedule = phases.read(root)
    leads = parties.read(root, "lead")
    named = entries.read(root.records("entry"), schedule, leads=parties.ids(leads), indicators=indicators)
    zone_records = root.records("zone")
    roadmap = _Roadmap(
        head=head,
        title=head.words("title"),
        summary=head.words("summary"),
        author_note=head.words("author_note", optional=True),
        hypothetical=head.flag("hypothetical", default=True),
        phases=schedule,
        entries=named,
        zones=zones.read(zone_records, named, phases.last_month(schedule)),
        leads=leads,
        funders=parties.read(root, "funder"),
        zone_records=tuple(zone_records),
    )
    root.finish()
    return roadmap


def _check_identity(head: documents.Record, scenario_id: str) -> None:
    """Note a fault where the file gives another identifier than its folder."""
    head.string("territory", optional=True)
    given = head.string("id", optional=True)
    if given and given != scenario_id:
        head.fault("id", "scenario_id_differs", given, expected=scenario_id)
    head.finish()


def _read_settings(
    path: files.File,
    from_mapping: Callable[[Mapping[str, object], str], tuple[Settings, tuple[errors.Fault, ...]]],
    faults: list[errors.Fault],
) -> Settings | None:
    """Return what a file of settings holds, or None when it cannot be parsed."""
    document = documents.read(path, faults)
    if document is None:
        return None
    settings, wrong = from_mapping(document.data, document.file)
    faults += [document.located(fault) for fault in wrong]
    return settings


def _read_status(
    path: files.File, known: municipal.Keys, faults: list[errors.Fault], last_month: int
) -> pd.DataFrame:
    """Return the municipalities whose class is withheld or not assessed; the file may be absent."""
    return declared.frame(STATUS_TABLE.until(last_month).read_sound(path, faults, known)[0], STATUS_TABLE)


def _read_baseline(path: files.File, known: municipal.Keys, faults: list[errors.Fault]) -> pd.Series | None:
    """Return the scores of month 0 in the order of the geography; None without a file."""
    before = len(faults)
    sound, rows = BASELINE_TABLE.read_sound(path, faults, known)
    delimited.note_duplicates(((row, row.cells["cvegeo"].strip()) for row in rows), "cvegeo")
    if not rows:
        if path.name in path.folder.names and len(faults) == before:
            faults.append(errors.Fault(BASELINE, None, None, None, "no_rows"))
        return None
    scores = pd.Series({values["cvegeo"]: values["score"] for values in sound}, dtype="float64")
    wanted = known.place.municipalities["cvegeo"]
    missing = wanted[~wanted.isin({row.cells["cvegeo"].strip() for row in rows})]
    if len(missing) and len(faults) == before:
        values = {"count": len(missing), "first": known.labelled(missing.iloc[0])}
        faults.append(errors.Fault(BASELINE, None, "cvegeo", None, "baseline_incomplete", values))
    return scores.reindex(wanted)


def territory_of(folder: Path | files.Folder) -> Path | None:
    """Return the folder of the territory that a scenario names; None where it names none and so has the shipped one.

    Parameters
    ----------
    folder : Path or Folder
        Of the scenario. Territories lie in :data:`TERRITORIES`, beside the folder that it lies in.

    Raises
    ------
    ScenarioError
        With the fault ``unknown_territory``.
    """
    folder = files.folder(folder)
    faults: list[errors.Fault] = []
    document = documents.read(folder / "roadmap.toml", faults)
    # What cannot be read here is told where the scenario is loaded.
    head = None if document is None else document.data.get("scenario")
    named = head.get("territory") if isinstance(head, Mapping) else None
    if document is None or not isinstance(named, str):
        return None
    root = folder.path.absolute().parents[1] / TERRITORIES
    known = discover(root)
    if named not in known:
        fault = errors.Fault("roadmap.toml", None, "scenario.territory", named, "unknown_territory", {"allowed": known})
        raise errors.ScenarioError([document.located(fault)])
    return root / named


def _hash(folder: files.Folder) -> str:
    """Digits over the bytes that were parsed, and over those that :mod:`frontier` and :mod:`accounts` parse next."""
    digest = hashlib.sha256()
    for name in (*FILES, *BESIDE):
        digest.update((folder / name).digest(limit=columnar.MAX_BYTES))
    return digest.hexdigest()[:12]


def _place(fault: errors.Fault) -> tuple[int, int]:
    """Return file and row of a fault, for putting faults in order."""
    known = str(fault.values["suggestion"]) if fault.key == "unknown_file" else fault.file  # noqa: PD011 - no frame
    return FILES.index(known), -1 if fault.row is None else fault.row


def _require_list(folder: files.Folder, scenario_id: str) -> None:
    """Raise if the files of a folder cannot be listed: nobody could say whether one has but a wrong name."""
    try:
        _ = folder.names
    except OSError as error:
        fault = errors.Fault("scenario", None, None, scenario_id, "folder_unreadable", {"reason": error.strerror or ""})
        raise errors.ScenarioError([fault]) from error


def _no_folder(scenario_id: str, key: str, allowed: object) -> errors.ScenarioError:
    return errors.ScenarioError([errors.Fault("scenario", None, None, scenario_id, key, {"allowed": allowed})])
