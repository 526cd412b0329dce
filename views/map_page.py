"""The map: stepped through the phases, with figures, legend, card, table and downloads."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from briefing import figure
from geo import errors, search, territory
from layers import base, figures, legends, levels, static, zones
from layers import map as map_layer
from layers.files import export
from roadmap import atlas as atlases
from roadmap.plan import phases, scenario
from roadmap.words import text
from views import frame, link, loading, mounting, pieces, state, stepping, tables

_FOUND = 6
_CHOICE = 2
_LONGEST = 80
_TYPING_PAUSE = "200ms"


def head(stage: frame.Stage) -> None:
    """Draw title, month, warning and the headline figures."""
    st.html(pieces.head(stage.seen.now, stage.words))


# --- map --------------------------------------------------------------------------------------


def _set_layers(names: list[str]) -> None:
    state.change(layers=tuple(name for name in base.registry() if name in names))


def switches(stage: frame.Stage) -> None:
    """Draw the layer switches."""
    titles = frame.layer_titles(stage.words)
    draw = partial(
        st.pills,
        stage.words.t("Layers"),
        list(titles),
        format_func=titles.__getitem__,
        selection_mode="multi",
        label_visibility="collapsed",
    )
    shown = list(stage.view.layers)
    state.control(draw, "layers", shown, _set_layers, starts={"default": shown})


def scenarios(stage: frame.Stage) -> None:
    """Draw the choice of the scenario, where there is more than one folder."""
    available = scenario.discover()
    if len(available) < _CHOICE:
        return
    draw = partial(st.selectbox, stage.words.t("Scenario"), available)
    starts = {"index": available.index(stage.view.scenario)}
    state.control(draw, "scenario", stage.view.scenario, state.choose_scenario, starts=starts)


def _set_vs(month: int) -> None:
    state.change(vs=month)


def comparison(stage: frame.Stage) -> None:
    """Draw the choice of the month to compare with: the baseline or the end of a phase."""
    view, words = stage.view, stage.words
    ends = [0, *(phase.last_month for phase in stage.atlas.scenario.phases)]
    months = sorted({month for month in ends if month < view.month} | {0, view.vs})
    draw = partial(st.selectbox, words.t("Compare with"), months, format_func=words.month)
    state.control(draw, "vs", view.vs, _set_vs, starts={"index": months.index(view.vs)})


def _set_beside(months: list[int]) -> None:
    """Show months beside; one too many takes the place of the earliest that stood there."""
    stood = st.session_state["view"].beside
    new = [month for month in months if month not in stood]
    kept = [month for month in stood if month in months]
    state.change(beside=tuple(sorted([*kept, *new][-link.BESIDE :])))


def beside(stage: frame.Stage) -> None:
    """Draw the choice of months that are shown on maps of their own: the baseline and the ends of phases."""
    view, words = stage.view, stage.words
    ends = [0, *(phase.last_month for phase in stage.atlas.scenario.phases)]
    draw = partial(
        st.pills,
        words.t("Maps beside"),
        sorted({*ends, *view.beside}),
        format_func=words.month,
        selection_mode="multi",
    )
    state.control(draw, "beside", list(view.beside), _set_beside, starts={"default": list(view.beside)})


def _answer(atlas_id: str) -> None:
    """Show the month at which the bar of time has come to rest, or pick the municipality that was clicked."""
    told = st.session_state["map"].told
    try:
        atlas = frame.load(atlas_id)
    except errors.AtlasError:
        return  # the page says it
    if not isinstance(told, dict):
        return
    if "month" in told:
        _rest(atlas, told["month"])
    elif (place := str(told.get("pick"))) == "" or link.known_place(atlas, place):
        state.change(place=place)


def _rest(atlas: atlases.Atlas, month: object) -> None:
    """Show a month of any phase."""
    plan = atlas.scenario.phases
    if isinstance(month, int) and not isinstance(month, bool) and 0 <= month <= phases.last_month(plan):
        view = st.session_state["view"]
        state.change(phase=link.phase_for(plan, month), month=month, vs=min(view.vs, month))


def _focus() -> dict[str, object]:
    """Return what the map is to go to: the picked municipality, the bounds that were chosen, or where the link says."""
    focus = st.session_state.get("focus", 0)
    chosen = {key: st.session_state.get(key, (0, None)) for key in ("bounds", "at")}
    return {"focus": focus, **{key: value for key, (of, value) in chosen.items() if value and of == focus}}


def draw_map(stage: frame.Stage) -> None:
    """Draw the map; only the state of this step travels to a map that is already there."""
    atlas, view, words = stage.atlas, stage.view, stage.words
    extra = {
        "pick": view.place,
        "steps": stepping.months(view, atlas.scenario.phases),
        **map_layer.options(view.layers, dict(view.options)),
        **_focus(),
    }
    try:
        shown = map_layer.step(view.maps(atlas), show=view.layers, extra=extra)
    except static.StaticError as error:
        frame.unpublished(error, words)
        st.stop()
    with st.container(key="map-frame"):
        mounting.mount(stage.published, shown, key="map", told=partial(_answer, atlas.scenario.id))


# --- panel ------------------------------------------------------------------------------------


def _choose(place: search.Place) -> None:
    """Go to a place that was found; only a municipality is picked."""
    session = st.session_state
    session["search"] = ""
    session["focus"] = session.get("focus", 0) + 1
    session["gone"] = True
    if place.kind == "municipality":
        state.change(place=place.key)
    else:
        west, south, east, north = place.bounds
        session["bounds"] = session["focus"], ((south, west), (north, east))
        state.change()


def _label(place: search.Place, words: text.Words) -> str:
    """Return what a place is called among what was found."""
    if place.kind == "state":
        said = words.t("{name}, state · {key}", name=place.name, key=place.key)
    elif place.kind == "zone":
        said = words.t("{name} · priority zone", name=place.name)
    else:
        said = words.t("{name}, {state} · {key}", name=place.name, state=place.state, key=place.key)
    return pieces.plain(said)


@st.fragment
def finder(later: loading.Later, label: str, sought: str, words: text.Words) -> None:
    """Draw the search, which runs by itself at each pause in typing, and has the page follow what is chosen."""
    typed = st.text_input(
        label,
        key="search",
        placeholder=sought,
        label_visibility="collapsed",
        icon=":material/search:",
        live=_TYPING_PAUSE,
    )
    if st.session_state.pop("gone", False):
        st.rerun()
    if not typed.strip():
        return
    try:
        atlas = later()
    except errors.AtlasError:
        st.rerun()  # the page shows what there is now, or says why there is nothing
    places = search.find(atlas.territory, typed[:_LONGEST], _FOUND, zones=zones.searched(atlas, words))
    if not places:
        st.caption(words.t("No municipality, state or zone is called that, or nearly so, and no key begins so."))
    for place in places:
        st.button(
            _label(place, words),
            key=f"found-{place.kind}-{place.key}",
            width="stretch",
            on_click=_choose,
            args=(place,),
        )


def card(stage: frame.Stage) -> None:
    """Draw the card of the picked municipality."""
    if not stage.view.place:
        return
    position = territory.index_of(stage.atlas.territory, stage.view.place)
    with st.container(key="card"):
        st.button(
            stage.words.t("Close"),
            key="close",
            icon=":material/close:",
            on_click=state.change,
            kwargs={"place": ""},
        )
        st.html(pieces.card(stage.seen, position, stage.words, dark=stage.dark))


def _set_option(key: str, value: str | None) -> None:
    chosen = dict(st.session_state["view"].options)
    state.change(options=tuple(base.checked({**chosen, key: value or base.options()[key].default}).items()))


def options(stage: frame.Stage) -> None:
    """Draw what may be chosen about the layers that are shown and have something to show."""
    view, words = stage.view, stage.words
    for layer in map(base.find, view.layers):
        if layer.option is None or layer.is_empty(stage.atlas):
            continue
        key, choices = layer.option.key, layer.option.choices
        draw = partial(
            st.segmented_control,
            words.t(layer.option.title),
            list(choices),
            format_func=lambda value, choices=choices: words.t(choices[value]),
            label_visibility="collapsed",
        )
        chosen = layer.chosen(dict(view.options))
        state.control(draw, key, chosen, partial(_set_option, key), starts={"default": chosen})


def key(stage: frame.Stage) -> None:
    """Draw the legends of the layers shown, in one piece."""
    view = stage.view
    st.html(legends.together(stage.seen, view.layers, stage.words, options=dict(view.options), dark=stage.dark))


# --- below the map ----------------------------------------------------------------------------


def _geojson(layer: base.Layer, later: loading.Later, view: link.View) -> bytes:
    return export.geojson(layer, view.seen(later()))


def _png(later: loading.Later, view: link.View) -> bytes:
    words = text.words(view.lang)
    options = dict(view.options)
    return figure.png(view.seen(later()), layers=view.layers, words=words, place=view.place, options=options)


def downloads(stage: frame.Stage) -> None:
    """Draw a download for each layer shown; files are made on the click."""
    view, words = stage.view, stage.words
    with st.popover(words.t("Download"), icon=":material/download:", key="downloads"):
        st.caption(pieces.hypothetical(stage.atlas, words))
        picture(stage)
        for name in view.layers:
            layer = base.find(name)
            st.download_button(
                words.t("{layer} as GeoJSON", layer=layer.title(words)),
                partial(_geojson, layer, loading.Later.of(stage.atlas), view),
                file_name=export.name_of(layer, stage.seen, "geojson"),
                mime="application/geo+json",
                on_click="ignore",
                key=f"download-{name}",
                width="stretch",
            )


def picture(stage: frame.Stage) -> None:
    """Draw the download of the view as a picture for a slide; it is made on the click."""
    view, words = stage.view, stage.words
    st.download_button(
        words.t("Picture for a slide (PNG)"),
        partial(_png, loading.Later.of(stage.atlas), view),
        file_name=figure.file_name(stage.seen, view.lang, options=dict(view.options)),
        mime="image/png",
        on_click="ignore",
        key="download-picture",
        width="stretch",
    )


def table_choice(stage: frame.Stage) -> base.Layer | None:
    """Draw the switch of the table and return the layer to tabulate, if any."""
    words, view = stage.words, stage.view
    st.toggle(words.t("Show as table"), key="table", on_change=state.touched)
    if not st.session_state["table"] or not view.layers:
        return None
    titles = frame.layer_titles(words)
    chosen = st.segmented_control(
        words.t("Layer"),
        list(view.layers),
        default=view.layers[0],
        format_func=titles.__getitem__,
        key="table-layer",
        on_change=state.touched,
        label_visibility="collapsed",
    )
    return base.find(chosen if chosen in view.layers else view.layers[0])


def table(layer: base.Layer, stage: frame.Stage) -> None:
    """Draw the rows of a layer; they are sent only while the reader has the table open."""
    rows = layer.frame(stage.seen)
    shown = pd.DataFrame(tables.translated(rows, layer, stage))
    tables.show(shown, base.headings(layer, stage.atlas, stage.words), key=f"rows-{layer.id}", height=420)
    tables.save_layer(stage, layer, rows)


def page() -> None:
    """Draw the page: the map first, so that the browser repaints it before the rest arrives."""
    st.session_state.pop("gone", None)  # this run is the one that follows
    stage = frame.enter("map")
    with st.container(key="page"):
        top = st.container(key="top")
        figure_row = st.container(key="figures")
        body = st.container(key="body", horizontal=True)
        with body:
            main = st.container(key="main")
        with main:
            draw_map(stage)
        below = st.container(key="below", horizontal=True, vertical_alignment="center")
        under = st.container(key="under")
    with body:
        panel = st.container(key="panel")
    with top:
        head(stage)
        stepping.stepper(stage, by_month=False)
    with figure_row:
        row = figures.headline(stage.seen, stage.words)
        st.html(pieces.figure_row(row))
    with main:
        card(stage)
    with panel:
        finder(loading.Later.of(stage.atlas), *levels.sought(stage.atlas.territory.country, stage.words), stage.words)
        scenarios(stage)
        switches(stage)
        comparison(stage)
        options(stage)
        key(stage)
    with below:
        downloads(stage)
        beside(stage)
        tabulated = table_choice(stage)
    with under:
        if tabulated is not None:
            table(tabulated, stage)
    frame.leave(stage)


page()
