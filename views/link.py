"""The link: what the reader looks at, as it is written into the address and read from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from layers import base, places
from roadmap import atlas as atlases
from roadmap import moments
from roadmap.plan import parties, phases, scenario
from roadmap.words import text

DEFAULT_SCENARIO = "ssa"
DEFAULT_PHASE = 1
_EVERYWHERE = ("phase", "month", "vs", "beside", "layers", "lang", "place", "scenario", "edition", "at")
_OF_MONEY = ("funder", "programme", "time", "flow", "counted")

TIMES, FLOWS, COUNTS = ("so-far", "by-month"), ("state", "zone"), ("so-far", "alone")
"""Ways of telling money on the page on investment, the usual one first."""

BESIDE: Final = 3
"""Most maps that stand beside the one that the page is about."""

_DIGITS = 4
_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,6})?")
_LONGEST = 80  # of a link's value in a message

Message = tuple[str, Mapping[str, object]]


@dataclass(frozen=True)
class View:
    """What is looked at.

    Attributes
    ----------
    scenario, lang
        Which scenario, in which language.
    phase
        Number of the phase in the stepper; the baseline is seen from phase 1.
    month, vs
        Month shown, and month it is compared with.
    beside
        Months of the maps that stand beside, in the order in which they stand.
    layers
        Layers shown, in drawing order.
    place
        Key of the picked municipality, or ``""``.
    options
        What is chosen about layers: key and value of each option of :func:`layers.base.options` that is not the usual.
    funders, programmes
        Whose money, and money for what, the page on investment shows; empty for all.
    time, flow, counted
        How that page tells months, where its flow ends, and whether the flow is of the month alone.
    at
        Where the map lies: latitude and longitude of its middle in degrees, and the zoom; ``None`` for the whole
        country. The browser writes it while the reader moves the map, and it makes no difference between two views.
    edition
        Of the data that the view was read with; it tells whether a link's figures are still those that are shown, and
        makes no difference between two views.
    """

    scenario: str = DEFAULT_SCENARIO
    lang: str = text.DEFAULT
    phase: int = DEFAULT_PHASE
    month: int = 6
    vs: int = 0
    beside: tuple[int, ...] = ()
    layers: tuple[str, ...] = ("control", "zones", "crossings")
    place: str = ""
    options: tuple[tuple[str, str], ...] = ()
    funders: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    time: str = TIMES[0]
    flow: str = FLOWS[0]
    counted: str = COUNTS[0]
    at: tuple[float, float, float] | None = field(default=None, compare=False)
    edition: str = field(default="", compare=False)

    def seen(self, atlas: atlases.Atlas) -> moments.Comparison:
        """Return the month that is looked at, compared with the other one, of a scenario as it is loaded."""
        return moments.of(atlas, self.month, self.vs)

    def maps(self, atlas: atlases.Atlas) -> list[moments.Comparison]:
        """Return what each map shows: the one that the page is about, and those beside it."""
        others = [moments.of(atlas, month, min(self.vs, month)) for month in self.beside]
        return [self.seen(atlas), *others]


def keys() -> tuple[str, ...]:
    """Return what a link may hold."""
    return (*_EVERYWHERE, *base.options(), *_OF_MONEY)


def default() -> View:
    """Return the view of a link that says nothing."""
    return View(layers=base.opened())


def first_month(plan: tuple[phases.Phase, ...], number: int) -> int:
    """Return the first month that the stepper offers in a phase; phase 1 begins at the baseline."""
    return 0 if number == plan[0].number else plan[number - 1].first_month


def phase_for(plan: tuple[phases.Phase, ...], month: int) -> int:
    """Return the number of the phase that offers a month."""
    found = phases.phase_of(plan, month)
    return plan[0].number if found is None else found.number


def _whole(
    params: Mapping[str, str], key: str, low: int, high: int, messages: list[Message]
) -> int | None:
    raw = params.get(key)
    if raw is None:
        return None
    if raw.isascii() and raw.isdigit() and len(raw) <= _DIGITS and low <= int(raw) <= high:
        return int(raw)
    messages.append(("whole", {"key": key, "value": raw, "low": low, "high": high}))
    return None


def _time(
    params: Mapping[str, str], plan: tuple[phases.Phase, ...], messages: list[Message]
) -> tuple[int, int, int]:
    """Return phase, month and month of comparison."""
    phase = _whole(params, "phase", 1, len(plan), messages)
    month = _whole(params, "month", 0, phases.last_month(plan), messages)
    if phase is not None and month is not None:
        first, last = first_month(plan, phase), plan[phase - 1].last_month
        if not first <= month <= last:
            values = {"value": month, "phase": phase, "first": first, "last": last}
            messages.append(("month_not_in_phase", values))
            month = None
    if month is None:
        month = plan[(phase or DEFAULT_PHASE) - 1].last_month
    vs = _whole(params, "vs", 0, month, messages)
    return phase or phase_for(plan, month), month, vs or 0


def _beside(params: Mapping[str, str], last: int, messages: list[Message]) -> tuple[int, ...]:
    """Return the months of the maps that stand beside."""
    if "beside" not in params:
        return ()
    written = params["beside"].split(",")
    whole = [each for each in written if each.isascii() and each.isdigit() and len(each) <= _DIGITS]
    known = [each for each in whole if int(each) <= last]
    if known != written or len(written) > BESIDE:
        messages.append(("beside", {"value": params["beside"], "most": BESIDE, "last": last}))
    return tuple(dict.fromkeys(map(int, known[:BESIDE])))


_ENDS = ((-90.0, 90.0), (-180.0, 180.0), (1.0, float(places.CLOSEST)))


def _at(params: Mapping[str, str], messages: list[Message]) -> tuple[float, float, float] | None:
    """Return where a link puts the map."""
    if "at" not in params:
        return None
    written = params["at"].split(",")
    if len(written) == len(_ENDS) and all(_NUMBER.fullmatch(each) for each in written):
        lat, lon, zoom = map(float, written)
        if all(low <= each <= high for each, (low, high) in zip((lat, lon, zoom), _ENDS, strict=True)):
            return lat, lon, zoom
    messages.append(("at", {"value": params["at"]}))
    return None


def _layers(params: Mapping[str, str], messages: list[Message]) -> tuple[str, ...]:
    if "layers" not in params:
        return default().layers
    known = base.registry()
    wanted = [name for name in params["layers"].split(",") if name]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        messages.append(("layers", {"value": ", ".join(unknown), "allowed": ", ".join(known)}))
    if unknown and len(unknown) == len(wanted):
        return default().layers
    return tuple(name for name in known if name in wanted)


def _one(params: Mapping[str, str], key: str, allowed: Sequence[str], messages: list[Message]) -> str:
    """Return which of some values a link names, the first one where it names none of them."""
    wanted = params.get(key, allowed[0])
    if wanted in allowed:
        return wanted
    messages.append(("one", {"key": key, "value": wanted, "allowed": ", ".join(allowed)}))
    return allowed[0]


def _among(
    params: Mapping[str, str], key: str, allowed: Sequence[str], messages: list[Message]
) -> tuple[str, ...]:
    """Return which of some values a link names, parted by commas, in the order of the values."""
    if key not in params:
        return ()
    wanted = [name for name in params[key].split(",") if name]
    unknown = [name for name in wanted if name not in allowed]
    if not wanted:
        messages.append(("nothing", {"key": key, "allowed": ", ".join(allowed)}))
    if unknown:
        messages.append(("among", {"key": key, "value": ", ".join(unknown), "allowed": ", ".join(allowed)}))
    return tuple(name for name in allowed if name in wanted)


def parse(params: Mapping[str, str], atlas: atlases.Atlas) -> tuple[View, list[Message]]:
    """Read a view from the parameters of a link.

    Parameters
    ----------
    params
        The link's parameters.
    atlas
        The scenario that is loaded; `scenario` itself is checked by :func:`scenario_id`.

    Returns
    -------
    View, list
        The view, defaults where something was wrong, and a message key with its values for every
        such place. Nothing is raised.
    """
    messages: list[Message] = []
    known = keys()
    unknown = [key for key in params if key not in known]
    if unknown:
        messages.append(("key", {"key": ", ".join(unknown), "allowed": ", ".join(known)}))
    phase, month, vs = _time(params, atlas.scenario.phases, messages)
    lang = params.get("lang", text.DEFAULT)
    if lang not in text.LANGUAGES:
        messages.append(("lang", {"value": lang, "allowed": ", ".join(text.LANGUAGES)}))
        lang = text.DEFAULT
    place = params.get("place", "")
    if place and not known_place(atlas, place):
        messages.append(("place", {"value": place}))
        place = ""
    options = base.checked(
        {key: _one(params, key, tuple(option.choices), messages) for key, option in base.options().items()}
    )
    funders = _among(params, "funder", funders_of(atlas), messages)
    programmes = _among(params, "programme", atlas.books.ledger.words["programme"].names, messages)
    time, flow, counted = (
        _one(params, key, allowed, messages)
        for key, allowed in (("time", TIMES), ("flow", FLOWS), ("counted", COUNTS))
    )
    layers = _layers(params, messages)
    if params.get("edition", atlas.edition) != atlas.edition:
        messages.append(("edition", {"value": params["edition"], "shown": atlas.edition}))
    view = View(
        scenario=atlas.scenario.id,
        lang=lang,
        phase=phase,
        month=month,
        vs=vs,
        beside=_beside(params, phases.last_month(atlas.scenario.phases), messages),
        layers=layers,
        place=place,
        options=tuple(options.items()),
        funders=funders,
        programmes=programmes,
        time=time,
        flow=flow,
        counted=counted,
        at=_at(params, messages),
        edition=atlas.edition,
    )
    return view, messages


def funders_of(atlas: atlases.Atlas) -> tuple[str, ...]:
    """Return whose money a link may ask for: the funders of the roadmap, or those of the ledger where it names none."""
    return parties.ids(atlas.scenario.funders) or tuple(atlas.books.ledger.words["funder"].names)


def known_place(atlas: atlases.Atlas, cvegeo: str) -> bool:
    """Return whether a key names a municipality."""
    return bool((atlas.territory.municipalities["cvegeo"] == cvegeo).any())


def params_of(view: View) -> dict[str, str]:
    """Return the parameters of the link of a view."""
    params = {
        "phase": str(view.phase),
        "month": str(view.month),
        "vs": str(view.vs),
        "layers": ",".join(view.layers),
        "lang": view.lang,
        "scenario": view.scenario,
        "edition": view.edition,
    }
    unusual = {
        "beside": ",".join(map(str, view.beside)),
        "place": view.place,
        **dict(view.options),
        "funder": ",".join(view.funders),
        "programme": ",".join(view.programmes),
        **{
            key: "" if getattr(view, key) == usual else getattr(view, key)
            for key, usual in (
                ("time", TIMES[0]), ("flow", FLOWS[0]), ("counted", COUNTS[0])
            )
        },
    }
    return params | {key: value for key, value in unusual.items() if value}


def sentence(message: Message, words: text.Words) -> str:
    """Return what a reader is told about a wrong place in a link: plain text, not Markdown."""
    key, given = message
    values = {name: value if name == "allowed" else _short(value) for name, value in given.items()}
    sentences = {
        "key": words.t("The link's {key!r} is not known and was ignored; a link may hold {allowed}."),
        "whole": words.t(
            "The link's {key!r} is {value!r}; it must be a whole number from {low} to {high}. "
            "The default is shown."
        ),
        "month_not_in_phase": words.t(
            "Month {value} is not in phase {phase} (months {first}\N{EN DASH}{last}). "
            "The end of the phase is shown."
        ),
        "beside": words.t(
            "The link's 'beside' is {value!r}; it must be up to {most} months from 0 to {last}, such as 0,18. What is "
            "none is left out."
        ),
        "layers": words.t("The link names unknown layers: {value!r}. Layers are {allowed}."),
        "lang": words.t("The link's language {value!r} is not available; choose from {allowed}."),
        "place": words.t(
            "The link's place {value!r} is no municipality; use its key, with leading zeros where it has any."
        ),
        "at": words.t(
            "The link's 'at' is {value!r}; it must be latitude, longitude and zoom, such as 23.6,-102,5. The whole "
            "country is shown."
        ),
        "one": words.t("The link's {key!r} is {value!r}; choose one of {allowed}. The default is shown."),
        "nothing": words.t("The link's {key!r} names nothing; choose from {allowed}, or leave it out."),
        "among": words.t("The link's {key!r} names {value!r}, which is not there; choose from {allowed}."),
        "edition": words.t(
            "The link was made from edition {value!r} of scenario and data; edition {shown} is shown, and figures may "
            "differ."
        ),
        "scenario": words.t("The link's scenario {value!r} does not exist; choose from {allowed}."),
    }
    return sentences[key].format(**values)


def _short(value: object) -> object:
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"
    return value


def fitted(view: View, plan: tuple[phases.Phase, ...]) -> View:
    """Return a view of months that there are, whose phase holds its month.

    Another scenario, or an edit, may have other phases, and fewer or shorter ones.
    """
    last = phases.last_month(plan)
    month = min(view.month, last)
    beside = tuple(each for each in view.beside if each <= last)
    view = replace(view, month=month, vs=min(view.vs, month), beside=beside)
    if view.phase <= len(plan) and first_month(plan, view.phase) <= month <= plan[view.phase - 1].last_month:
        return view
    return replace(view, phase=phase_for(plan, month))


def scenario_id(params: Mapping[str, str]) -> tuple[str, list[Message]]:
    """Return the scenario that a link asks for, the default if there is no such folder."""
    wanted = params.get("scenario", DEFAULT_SCENARIO)
    available = scenario.discover()
    if wanted in available:
        return wanted, []
    return DEFAULT_SCENARIO, [
        ("scenario", {"value": wanted, "allowed": ", ".join(available)})
    ]
