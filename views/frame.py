"""What every page stands in: navigation, the loaded scenario, the view and messages."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from geo import errors as geo_errors
from layers import base, static
from layers.files import assets, shelf
from roadmap import atlas as atlases
from roadmap import errors, omissions
from roadmap.record import observations
from roadmap.words import complaints, text
from views import faults, link, loading, pieces, state, style

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.navigation.page import StreamlitPage

    from roadmap import moments

PAGES = (
    ("views/map_page.py", "Map", ""),
    ("views/border_page.py", "Border", "border"),
    ("views/investment_page.py", "Investment", "investment"),
    ("views/roadmap_page.py", "Roadmap", "roadmap"),
    ("views/method_page.py", "Method and sources", "method"),
)


_LISTING = {
    omissions.LEDGER: "investment",
    omissions.SENSORS: "border",
    omissions.UPGRADES: "border",
    omissions.TERRAIN: "border",
}
"""Page that lists the faults of a part."""

_LOG = logging.getLogger("atlas")


@dataclass(frozen=True)
class Stage:
    """What a page works with.

    Attributes
    ----------
    atlas, view, words
        The scenario, what is looked at, and the language.
    whole
        The scenario as all readers share it, where a page has narrowed `atlas` down.
    published
        The static files.
    dark
        Whether the reader uses the dark theme.
    links
        Where the links to the other pages stand.
    """

    atlas: atlases.Atlas
    whole: atlases.Atlas
    view: link.View
    words: text.Words
    published: assets.Assets
    dark: bool
    links: DeltaGenerator

    @property
    def seen(self) -> moments.Comparison:
        """The month that is looked at, compared with the reader's other one."""
        return self.view.seen(self.atlas)


def navigation() -> StreamlitPage:
    """Return the page to run; :func:`page_links` leads from one to another."""
    words = text.words(_language())
    titles = {
        "Map": words.t("Map"),
        "Border": words.t("Border"),
        "Investment": words.t("Investment"),
        "Roadmap": words.t("Roadmap"),
        "Method and sources": words.t("Method and sources"),
    }
    pages = [
        st.Page(path, title=titles[title], url_path=url or None, default=not url)
        for path, title, url in PAGES
    ]
    return st.navigation(pages, position="hidden")


def _language() -> str:
    view = st.session_state.get("view")
    return view.lang if view else st.query_params.get("lang", text.DEFAULT)


def load(scenario_id: str) -> atlases.Atlas:
    """Return a scenario as its files are now; it is shared by all readers and never changed.

    Raises
    ------
    roadmap.errors.ScenarioError
        With every fault of the folder, or of the public figures.
    geo.errors.AtlasError
        If the geography or the list of sources cannot be read.
    """
    return loading.atlas(scenario_id)


def publish(atlas: atlases.Atlas, language: str) -> assets.Assets:
    """Return the static files of a scenario in a language; they are there, whatever has been deleted meanwhile.

    Raises
    ------
    layers.static.StaticError
        If they cannot be written.
    layers.base.LayerError
        If a layer declares something that there is not.
    """
    shelf.settle()
    key = (atlas.scenario.id, atlas.edition, language, str(static.folder()))
    if assets.missing(_publish(atlas, *key)):
        _publish.clear(atlas, *key)
    return _publish(atlas, *key)


@st.cache_resource(show_spinner=False, max_entries=8)
def _publish(_atlas: atlases.Atlas, scenario_id: str, edition: str, language: str, folder: str) -> assets.Assets:
    del scenario_id, edition, folder  # parts of the cache's key
    return assets.publish(_atlas, text.words(language))


def _loaded(scenario_id: str) -> tuple[atlases.Atlas, state.Failed | None]:
    """Return the scenario, or the default one with what is wrong with the one that was asked for."""
    try:
        return load(scenario_id), None
    except observations.ObservationsError:
        raise
    except errors.ScenarioError as error:
        if scenario_id == link.DEFAULT_SCENARIO:
            raise
        return load(link.DEFAULT_SCENARIO), (scenario_id, error.faults)


def _unusable(error: geo_errors.AtlasError) -> None:
    """Say on any page what commands say of files without which there is none."""
    words = text.words(_language())
    if isinstance(error, observations.ObservationsError):
        faults.show_figures(error.faults, words)
    elif isinstance(error, errors.ScenarioError):
        faults.show(link.DEFAULT_SCENARIO, error.faults, words)
    else:
        st.error(pieces.plain(words.t("No page can be shown: {reason}", reason=error)))


def enter(page: str) -> Stage:
    """Begin a page: load what the link asks for and say what was wrong with it.

    Parameters
    ----------
    page
        Name of the page.
    """
    scenario_id, messages = state.wanted_scenario(page)
    try:
        atlas, failed = _loaded(scenario_id)
    except geo_errors.AtlasError as error:
        _unusable(error)
        st.stop()
    view = state.sync(atlas, page, messages, failed)
    words = text.words(view.lang)
    links = st.container(key="pages", horizontal=True)
    try:
        published = publish(atlas, view.lang)
    except (static.StaticError, base.LayerError) as error:
        unpublished(error, words)
        st.stop()
    dark = st.context.theme.type == "dark"
    stage = Stage(atlas, atlas, view, words, published, dark, links)
    style.bring(f"{static.URL}/{published.page_style}", dark=stage.dark)
    # The container stands even when it is empty: nothing below it moves, and the map is not mounted anew.
    with st.container(key="messages"):
        if (shown := failed or state.failed()) is not None:
            faults.show(*shown, words)
        for message in st.session_state.get("messages", []):
            st.warning(pieces.plain(link.sentence(message, words)), icon=":material/link_off:")
        for sentence in incomplete(atlas, page, words):
            st.warning(pieces.plain(sentence))
    return stage


def unpublished(error: geo_errors.AtlasError, words: text.Words) -> None:
    """Say that files for the browser could not be written; where, is for whoever runs the server."""
    _LOG.error("%s", error)
    st.error(words.t("The files that the page is drawn from cannot be published. The log of the server says why."))


def incomplete(atlas: atlases.Atlas, page: str, words: text.Words) -> list[str]:
    """Return what of the scenario is not used, for pages that do not themselves list its faults."""
    listed_on = {
        "investment": words.t("The page Investment lists the faults."),
        "border": words.t("The page Border lists the faults."),
    }
    return [
        words.paragraph(complaints.omission(omitted, words), listed_on[listing])
        for omitted in atlas.left_out
        if (listing := _LISTING[omitted.part]) != page
    ]


def page_links(stage: Stage) -> None:
    """Draw links to the pages that carry the view along, so that Back and Forward find it again."""
    with stage.links:
        for path, title, _ in PAGES:
            st.page_link(path, label=stage.words.t(title), query_params=link.params_of(stage.view))


def leave(stage: Stage) -> None:
    """End a page: the links to the others are drawn, and the link follows the view."""
    page_links(stage)
    state.write(stage.atlas)


def layer_titles(words: text.Words) -> dict[str, str]:
    """Return the name of every layer by id."""
    return {each.id: each.title(words) for each in base.registry().values()}
