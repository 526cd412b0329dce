// The tooltip under the pointer. Text from data becomes text nodes, never markup.

function line(parent, className, text) {
  const node = L.DomUtil.create("div", className, parent);
  node.textContent = text;
  return node;
}

function row(parent, [label, value, colour]) {
  const node = L.DomUtil.create("div", "atlas-tip-row", parent);
  const name = L.DomUtil.create("span", "atlas-tip-label", node);
  name.textContent = label;
  if (colour) {
    const swatch = L.DomUtil.create("i", "atlas-tip-swatch", node);
    swatch.style.background = colour;
  }
  const text = L.DomUtil.create("span", "atlas-tip-value", node);
  text.textContent = value;
}

function content(title, subtitle, rows) {
  const node = document.createElement("div");
  line(node, "atlas-tip-title", title);
  if (subtitle) line(node, "atlas-tip-subtitle", subtitle);
  for (const entry of rows) row(node, entry);
  return node;
}

function show(atlas, latlng, node) {
  atlas.tip.setLatLng(latlng).setContent(node);
  if (!atlas.map.hasLayer(atlas.tip)) atlas.tip.addTo(atlas.map);
}

function hide(atlas) {
  atlas.hovered = null;
  atlas.map.removeLayer(atlas.tip);
}

// What a place is called, and what the marks that are shown say of it.
function ofArea(atlas, area) {
  const { properties: { n: state } } = atlas.areaOf(area, "state") || { properties: {} };
  return content(area.properties.n, state, atlas.rowsFor(area));
}

function follow(atlas, event) {
  const mark = atlas.markAt(event.layerPoint);
  const area = mark ? null : atlas.areaAt(event.latlng);
  const key = mark ? mark.key : area && area.id;
  atlas.map.getContainer().style.cursor = key ? "pointer" : "";
  if (!key) {
    if (atlas.hovered) hide(atlas);
    return;
  }
  atlas.lastEvent = event;
  if (atlas.hovered === key) {
    atlas.tip.setLatLng(event.latlng);
    return;
  }
  atlas.hovered = key;
  show(atlas, event.latlng, mark ? content(mark.title, mark.subtitle, mark.rows) : ofArea(atlas, area));
}

export function attach(atlas) {
  atlas.tip = L.tooltip({ className: "atlas-tip", direction: "auto", offset: [14, 0], opacity: 1 });
  const { map } = atlas;
  map.on("mousemove", (event) => follow(atlas, event));
  map.on("mouseout dragstart zoomstart", () => hide(atlas));
}

// After a step the pointer may still rest on a place whose class has changed.
export function refresh(atlas) {
  if (!atlas.hovered) return;
  atlas.hovered = null;
  follow(atlas, atlas.lastEvent);
}
