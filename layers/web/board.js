// One to four maps side by side, linked in place and zoom, with the bar of time below: what the page asked for, and
// what the reader does ahead of it.
import { AtlasMap } from "./map.js";
import * as store from "./store.js";
import { Bar } from "./time.js";

// How long the page may take to follow a reader who is ahead of it.
const PATIENCE_MS = 10_000;
const SAYING_MS = 400;
const KEEPING_MS = 1000;
// The stepper is Streamlit's own, which chooses with these and lets neither go further.
const STEPPING = ["click", "keydown"];

// Streamlit writes its theme into the page as custom properties.
function isDark(element) {
  const ground = getComputedStyle(element).getPropertyValue("--st-background-color");
  const parts = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(ground.trim());
  return Boolean(parts) && parts.slice(1).reduce((sum, part) => sum + parseInt(part, 16), 0) < 384;
}

export class Board {
  /** @type {AtlasMap[]} The first is the one that the page is about. */
  maps = [];
  /** @type {Map<string, any>} By layer, what all its months are drawn from. */
  data = new Map();
  /** @type {import("./types.js").State} */
  state = null;
  /** @type {number | null} The month that the reader is at, where the page has not followed yet. */
  ahead = null;
  paints = 0;
  /** @type {(() => void) | null} */
  refit = null;
  /** @type {(news: import("./types.js").News) => void} Tells the page; each time is news. */
  tell = () => {};

  /**
   * @param {HTMLElement} host
   * @param {string} manifestUrl
   */
  constructor(host, manifestUrl) {
    this.host = host;
    this.manifestUrl = manifestUrl;
    this.grid = L.DomUtil.create("div", "atlas-maps", host);
    this.loading = this.load();
    this.loading.catch(() => {});
    // After the page's own turn, which asks its server before the map is painted.
    this.onStep = ({ target }) => setTimeout(() => this.stepped(target));
    for (const kind of STEPPING) document.addEventListener(kind, this.onStep, true);
  }

  async load() {
    /** @type {import("./types.js").Manifest} */
    this.manifest = await store.json(this.manifestUrl);
    this.topology = await store.outlines(store.beside(this.manifestUrl, this.manifest.outlines));
  }

  remove() {
    for (const kind of STEPPING) document.removeEventListener(kind, this.onStep, true);
    if (this.watching) this.watching.disconnect();
    window.clearTimeout(this.waiting);
    window.clearTimeout(this.saying);
    window.clearInterval(this.keeping);
    if (this.bar) this.bar.remove();
    for (const map of this.maps) map.remove();
    this.host.remove();
  }

  /**
   * What the page asks for. May arrive before the outlines do, and nothing is painted before its data are there. Where
   * a layer's data cannot be had, the rest is drawn.
   * @param {import("./types.js").State} state
   */
  async apply(state) {
    this.latest = state;
    let failed = null;
    try {
      await this.loading;
      await this.fetchData(state.show).catch((error) => { failed = error; });
    } catch (error) {
      this.loading = this.load();
      this.loading.catch(() => {});
      failed = error;
    }
    // Overtaken, or left: the reader may have turned to another page meanwhile.
    if (this.latest !== state || !this.host.isConnected) return;
    this.say(failed);
    if (this.topology) this.follow(state);
  }

  // The data of layers that are shown for the first time.
  async fetchData(show) {
    const { data: files } = this.manifest;
    const wanted = show.filter((id) => files[id] && !this.data.has(id));
    await Promise.all(wanted.map(async (id) => {
      this.data.set(id, await store.json(store.beside(this.manifestUrl, files[id])));
    }));
  }

  // What could not be loaded, or nothing.
  say(failed) {
    const said = this.host.querySelector(".atlas-failure");
    if (said) said.remove();
    if (!failed) return;
    const note = L.DomUtil.create("p", "atlas-failure", this.host);
    note.setAttribute("role", "alert");
    note.textContent = `The map could not be loaded (${failed.message}).`;
  }

  follow(state) {
    const hasNews = state.focus && state.focus !== (this.state || {}).focus;
    this.state = state;
    this.dark = isDark(this.host);
    this.host.dataset.theme = this.dark ? "dark" : "light";
    if (this.ahead === state.maps[0].month) this.ahead = null;
    this.arrange(state.maps.length);
    if (hasNews) this.go(state);
    this.draw();
  }

  // As many maps as there are moments.
  arrange(count) {
    if (this.maps.length === count) return;
    const [first] = this.maps;
    const lies = first && { centre: first.map.getCenter(), zoom: first.map.getZoom() };
    while (this.maps.length > count) {
      this.maps.pop().remove();
      this.grid.lastChild.remove();
    }
    this.grid.dataset.maps = String(count);
    while (this.maps.length < count) {
      const element = L.DomUtil.create("div", "folium-map", this.grid);
      const added = new AtlasMap(this, element);
      this.maps.push(added);
      this.link(added);
    }
    for (const { map } of this.maps) map.invalidateSize({ animate: false });
    if (!first) this.open();
    else if (this.refit) this.refit();
    else for (const { map } of this.maps) map.setView(lies.centre, lies.zoom, { animate: false });
  }

  // The first view; until the reader moves a map, what it opened on stays fitted while the page lays itself out.
  open() {
    const [first] = this.maps;
    window.atlas = first;
    this.refit = () => this.maps[0].showCountry();
    this.refit();
    this.bar = new Bar(this);
    this.keeping = window.setInterval(() => this.keepPlace(), KEEPING_MS);
    // The style sheet may arrive after the map was measured, which no window event tells.
    this.watching = new ResizeObserver(() => this.resized());
    this.watching.observe(this.grid);
  }

  resized() {
    for (const { map } of this.maps) map.invalidateSize({ animate: false });
    this.limit();
    if (this.refit) this.refit();
    // For the page around, which keeps the maps at this size on paper.
    this.host.style.setProperty("--a-wide", String(this.host.clientWidth));
    this.host.style.setProperty("--a-tall", String(this.host.clientHeight));
  }

  // No farther out than the whole country, whatever room a map has.
  limit() {
    for (const { map } of this.maps) {
      map.setMinZoom(0); // else what fits is no farther out than before
      map.setMinZoom(Math.min(4, map.getBoundsZoom(this.manifest.view) - 0.25));
      map.setMaxZoom(this.manifest.closest);
    }
  }

  // What is done to one map is done to all.
  link(added) {
    const { map } = added;
    for (const touch of ["mousedown", "wheel", "keydown", "touchstart"]) {
      // Before the buttons on the map, which let no click go further.
      map.getContainer().addEventListener(touch, () => { this.refit = null; }, { passive: true, capture: true });
    }
    const others = () => this.maps.filter((each) => each !== added).map((each) => each.map);
    const lead = (centre, zoom, animate) => {
      if (this.leading && this.leading !== map) return;
      this.leading = map;
      for (const other of others()) {
        const isThere = other.getCenter().equals(centre, 1e-9) && other.getZoom() === zoom;
        if (!isThere) other.setView(centre, zoom, { animate });
      }
      this.leading = null;
    };
    map.on("zoomanim", ({ center, zoom }) => lead(center, zoom, true));
    map.on("move", () => !map._animatingZoom && lead(map.getCenter(), map.getZoom(), false));
    map.on("moveend", () => {
      window.clearTimeout(this.saying);
      if (!this.refit) this.saying = window.setTimeout(() => this.sayPlace(), SAYING_MS);
    });
  }

  // Where a reader has moved it stands in the link of the page.
  sayPlace() {
    const { map } = this.maps[0];
    const { lat, lng } = map.getCenter();
    this.placed = [lat.toFixed(3), lng.toFixed(3), map.getZoom().toFixed(2)].join(",");
    this.keepPlace();
  }

  // An answer to what was asked before the map was moved writes a link that does not know where it lies now.
  keepPlace() {
    const url = new URL(window.location.href);
    if (!this.placed || url.searchParams.get("at") === this.placed) return;
    url.searchParams.set("at", this.placed);
    window.history.replaceState(window.history.state, "", url);
  }

  go({ at, bounds, pick }) {
    const [first] = this.maps;
    this.placed = null;
    if (at) this.refit = () => first.map.setView(at.slice(0, 2), at[2], { animate: false });
    else if (bounds || pick) this.refit = () => first.focusOn(bounds || first.boundsOf(pick));
    this.refit();
  }

  // The month of the first map: the reader's, where that is ahead of the page.
  get month() {
    return this.ahead === null ? this.state.maps[0].month : this.ahead;
  }

  moments() {
    const [first, ...others] = this.state.maps.map((each) => ({ sent: each.month, ...each }));
    return [{ ...first, month: this.month }, ...others];
  }

  // That all is painted is said in the frame that shows it.
  draw() {
    const painted = this.moments().filter((moment, place) => this.maps[place].show(moment));
    this.paints += painted.length ? 1 : 0;
    window.cancelAnimationFrame(this.frame);
    this.frame = window.requestAnimationFrame(() => {
      this.bar.follow(this.month);
      for (const map of this.maps) map.say();
      const { show, options } = this.state;
      Object.assign(this.host.dataset, {
        atlasReady: "true",
        atlasMonth: this.month,
        atlasAnswered: this.state.maps[0].month,
        atlasMonths: this.moments().map(({ month }) => month).join(","),
        atlasShow: show.join(","),
        atlasOptions: Object.values(options || {}).join(","),
        atlasPick: this.latest.pick || "",
        atlasPaints: this.paints,
      });
    });
  }

  // The reader is at another month than the page: marks that know all months follow, the others come back at rest.
  preview(month) {
    this.ahead = month;
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.giveUp(), PATIENCE_MS);
    this.draw();
  }

  // The page has not followed, so it is the reader who does.
  giveUp() {
    if (this.bar.isMoving) {
      this.preview(this.ahead);
      return;
    }
    this.ahead = null;
    this.draw();
  }

  // A step is for the page to answer; its month is painted meanwhile.
  stepped(target) {
    const { steps } = this.state || {};
    if (!steps || !(target instanceof Element)) return;
    const moved = ["previous", "next"].find((name) => target.closest(`.st-key-${name} button:enabled`));
    const chosen = [...document.querySelectorAll(".st-key-phase input")].findIndex((each) => each.matches(":checked"));
    const isChosen = target.closest(".st-key-phase") && chosen >= 0 && chosen !== steps.phase;
    const month = isChosen ? steps.phases[chosen] : steps[moved];
    if (month !== undefined && month !== this.month && this.maps[0].knows(month)) this.preview(month);
  }

  pick(id) {
    this.state = { ...this.state, pick: id };
    this.draw();
    this.tell({ pick: id });
  }
}
