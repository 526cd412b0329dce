"""The map's mount in the page: a component without a frame of its own.

Streamlit hands the script below to the browser as text and calls it whenever the page has something else to show. It
only fetches the module that is published with the map's other scripts, under an address that changes with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from layers import static

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layers.files import assets

# Addresses are relative, since only the browser knows the whole path behind a proxy.
# Of two calls that wait for the module either may go on first; both mount what the later one was given.
_SCRIPT = """
const latest = new WeakMap();
export default async function (component) {
  const { data, parentElement } = component;
  latest.set(parentElement, component);
  try {
    const { mount } = await import(new URL(data.module, document.baseURI).href);
    return await mount(latest.get(parentElement));
  } catch (error) {
    const note = document.createElement("p");
    note.className = "atlas-failure";
    note.setAttribute("role", "alert");
    note.textContent = `The map could not be loaded (${error.message}).`;
    parentElement.replaceChildren(note);
  }
}
"""
_mount = st.components.v2.component("atlas_map", js=_SCRIPT, isolate_styles=False)


def mount(
    published: assets.Assets, shown: Mapping[str, object], *, key: str, told: Callable[[], None]
) -> None:
    """Draw the map.

    Parameters
    ----------
    published
        The static files.
    shown
        What :func:`layers.map.step` returns.
    key
        Of the component.
    told
        Called when the reader has done something on the map; ``st.session_state[key].told`` says what.
    """
    module, manifest = (f"{static.URL}/{name}" for name in (published.module, published.manifest))
    _mount(key=key, data={"module": module, "manifest": manifest, "state": shown}, on_told_change=told)
