// What stands on the map besides shapes: the stamp that travels with every screenshot,
// a scale bar, a way back to the whole country, and keys for people without a pointer.
import { monthName } from "./time.js";

const escape = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function stamp(atlas) {
  const control = new L.Control({ position: "topright" });
  control.onAdd = () => {
    atlas.stamp = L.DomUtil.create("div", "atlas-stamp");
    return atlas.stamp;
  };
  return control;
}

function home(atlas) {
  const control = new L.Control({ position: "topleft" });
  control.onAdd = () => {
    const bar = L.DomUtil.create("div", "leaflet-bar atlas-home");
    const button = L.DomUtil.create("button", "", bar);
    button.type = "button";
    button.title = atlas.words.home;
    button.setAttribute("aria-label", atlas.words.home);
    button.textContent = "\u2302";
    L.DomEvent.disableClickPropagation(bar);
    L.DomEvent.on(button, "click", () => atlas.showCountry());
    return bar;
  };
  return control;
}

// Circles to scale for what is shown at this zoom; it travels with every screenshot too. On a small map it begins
// folded, so that it covers nothing.
const ROOMY = 480;

function keyBox(atlas) {
  const control = new L.Control({ position: "bottomleft" });
  control.onAdd = () => {
    atlas.keyBox = L.DomUtil.create("details", "atlas-key");
    atlas.keyBox.open = atlas.map.getSize().x >= ROOMY;
    atlas.keyTitle = L.DomUtil.create("summary", "", atlas.keyBox);
    atlas.keyBody = L.DomUtil.create("div", "", atlas.keyBox);
    L.DomEvent.disableClickPropagation(atlas.keyBox);
    return atlas.keyBox;
  };
  return control;
}

const LINE = 14;

// Nested circles standing on one line, each with its label at its top, or higher where labels would touch.
function circlesOf(parent, rows, palette) {
  const [first] = rows;
  const across = first ? 2 * first[0] : 0;
  const list = L.DomUtil.create("ul", "", parent);
  const tops = rows.map(([r]) => across - 2 * r);
  const tall = Math.max(across, LINE * rows.length);
  for (let i = tops.length - 1, lowest = tall - LINE; i >= 0; i -= 1, lowest -= LINE) {
    lowest = Math.min(lowest, tops[i] - LINE / 2);
    tops[i] = Math.max(lowest, i * LINE);
  }
  list.style.height = `${tall}px`;
  rows.forEach(([r, label], i) => {
    const row = L.DomUtil.create("li", "", list);
    const circle = L.DomUtil.create("i", "", row);
    Object.assign(circle.style, {
      width: `${2 * r}px`,
      height: `${2 * r}px`,
      left: `${across / 2 - r}px`,
      background: palette.money,
      borderColor: palette.moneyLine,
    });
    const text = say("span", row, label);
    Object.assign(text.style, { top: `${tops[i]}px`, left: `${across + 10}px` });
  });
}

function refreshKeys(atlas) {
  const found = atlas.keys();
  atlas.keyBox.hidden = !found.length;
  atlas.keyBody.replaceChildren();
  found.forEach(({ title, rows, notes }, i) => {
    if (i === 0) atlas.keyTitle.textContent = title;
    else say("strong", atlas.keyBody, title);
    circlesOf(atlas.keyBody, rows, atlas.palette);
    for (const note of notes) say("small", atlas.keyBody, note);
  });
}

function say(tag, parent, text) {
  const node = L.DomUtil.create(tag, "", parent);
  node.textContent = text;
  return node;
}

// Enter on the focused map picks what lies in the middle of it.
function keys(atlas) {
  const container = atlas.map.getContainer();
  container.setAttribute("role", "application");
  container.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== container) return;
    const latlng = atlas.map.getCenter();
    atlas.map.fire("click", { latlng, layerPoint: atlas.map.latLngToLayerPoint(latlng) });
  });
}

export function attach(atlas) {
  const { map } = atlas;
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(escape(atlas.words.attribution));
  stamp(atlas).addTo(map);
  home(atlas).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
  keyBox(atlas).addTo(map);
  map.on("zoomend", () => atlas.moment && refreshKeys(atlas));
  keys(atlas);
}

export function refresh(atlas) {
  const { map, manifest, moment, stamp: corner, words } = atlas;
  corner.replaceChildren();
  say("strong", corner, words.hypothetical);
  const when = say("span", corner, "");
  say("i", when, `${manifest.title} \u00b7 `);
  when.append(monthName(manifest, moment.month));
  refreshKeys(atlas);
  const container = map.getContainer();
  container.style.background = atlas.palette.sea;
  const isAlone = atlas.board.maps.length === 1;
  container.setAttribute("aria-label", isAlone ? words.map : `${monthName(manifest, moment.month)}: ${words.map}`);
}
