// What stands on the map besides shapes: the stamp that travels with every screenshot,
// a scale bar, a way back to the whole country, and keys for people without a pointer.
const AtlasControls = (() => {
  "use strict";

  function stamp(atlas) {
    const control = L.control({ position: "topright" });
    control.onAdd = () => {
      atlas.stamp = L.DomUtil.create("div", "atlas-stamp");
      return atlas.stamp;
    };
    return control;
  }

  function home(atlas) {
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const bar = L.DomUtil.create("div", "leaflet-bar atlas-home");
      const button = L.DomUtil.create("button", "", bar);
      button.type = "button";
      button.title = atlas.words.home;
      button.setAttribute("aria-label", atlas.words.home);
      button.textContent = "\u2302";
      L.DomEvent.disableClickPropagation(bar);
      L.DomEvent.on(button, "click", () => atlas.map.fitBounds(atlas.manifest.view, { animate: false }));
      return bar;
    };
    return control;
  }

  // Enter on the focused map picks what lies in the middle of it.
  function keys(atlas) {
    const container = atlas.map.getContainer();
    container.setAttribute("role", "application");
    container.setAttribute("aria-label", atlas.words.map);
    L.DomEvent.on(container, "keydown", (event) => {
      if (event.key !== "Enter" || event.target !== container) return;
      const latlng = atlas.map.getCenter();
      atlas.map.fire("click", { latlng, layerPoint: atlas.map.latLngToLayerPoint(latlng) });
    });
  }

  function attach(atlas) {
    atlas.map.attributionControl.setPrefix(false);
    atlas.map.attributionControl.addAttribution(L.Util.template("{0}", [escape(atlas.words.attribution)]));
    stamp(atlas).addTo(atlas.map);
    home(atlas).addTo(atlas.map);
    L.control.scale({ imperial: false, maxWidth: 120 }).addTo(atlas.map);
    keys(atlas);
  }

  function escape(text) {
    const node = document.createElement("span");
    node.textContent = text;
    return node.innerHTML;
  }

  function refresh(atlas) {
    atlas.stamp.replaceChildren();
    const title = L.DomUtil.create("strong", "", atlas.stamp);
    title.textContent = atlas.words.hypothetical;
    const when = L.DomUtil.create("span", "", atlas.stamp);
    when.textContent = atlas.state.stamp || "";
    atlas.map.getContainer().style.background = atlas.palette.sea;
  }

  return { attach, refresh };
})();
