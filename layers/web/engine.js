// The map's own drawing layers on Leaflet. Outlines are fetched once from a versioned
// file; afterwards a step only hands over class codes, and the same shapes are repainted.
// The manifest says with which marks each layer is drawn; a script calls Atlas.kind(name, {...}) for every kind of mark.
const Atlas = (() => {
  "use strict";

  const kinds = new Map();
  const instances = new WeakMap();
  const SURFACES = { land: 210, data: 410, overlay: 420, marks: 450, names: 470 };

  const kind = (name, spec) => kinds.set(name, spec);

  async function fetchJson(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    if (!url.endsWith(".gz")) return response.json();
    const plain = response.body.pipeThrough(new DecompressionStream("gzip"));
    return new Response(plain).json();
  }

  const beside = (url, name) => new URL(name, new URL(url, window.location.href)).href;

  // Streamlit writes its theme into the frame as custom properties.
  function themeIsDark() {
    const ground = getComputedStyle(document.documentElement).getPropertyValue("--background-color");
    const parts = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(ground.trim());
    return Boolean(parts) && parts.slice(1).reduce((sum, part) => sum + parseInt(part, 16), 0) < 384;
  }

  // The component's page forbids enlarging it; people who need larger text must be able to.
  function readable() {
    for (const meta of document.querySelectorAll("meta[name=viewport]")) {
      meta.content = "width=device-width, initial-scale=1";
    }
  }

  class AtlasMap {
    constructor(map, manifestUrl) {
      this.map = map;
      this.manifestUrl = manifestUrl;
      this.drawings = [];
      this.state = { show: [] };
      this.pathsByZoom = new Map();
      this.surfaces = {};
      this.data = new Map();
      this.dark = themeIsDark();
      document.documentElement.dataset.theme = this.dark ? "dark" : "light";
      this.named = new Promise((resolve) => { this.manifested = resolve; });
      this.loading = this.load(manifestUrl).catch((error) => this.fail(error));
      this.followTheme();
      this.tellApart();
    }

    // A second click on the same spot, after the card was closed, is news as well, but the component drops what it
    // has sent before, and may send again what it has. So each click carries its moment, within half a hand's breadth.
    // This listener stands before the component's own.
    tellApart() {
      this.map.on("click", (event) => {
        const moment = (Date.now() % 1e4) * 1e-10;
        event.latlng = L.latLng(event.latlng.lat + moment, event.latlng.lng);
      });
    }

    async load(manifestUrl) {
      this.manifest = await fetchJson(manifestUrl);
      this.manifested();
      const { map, manifest } = this;
      map.setMaxBounds(manifest.limits);
      this.refit = () => this.showCountry();
      this.refit();
      this.keepFitted();
      map.setMinZoom(Math.min(4, map.getZoom() - 0.25));
      map.setMaxZoom(manifest.closest);
      readable();
      this.topology = AtlasTopology.decode(await fetchJson(beside(manifestUrl, manifest.outlines)));
      this.byId = new Map(this.topology.areas.map((area) => [area.id, area]));
      this.levels = { municipality: this.topology.areas, state: this.topology.states };
      this.drawings = this.declared();
      for (const [name, zIndex] of Object.entries(SURFACES)) {
        map.createPane(`atlas-${name}`).style.zIndex = zIndex;
        map.getPane(`atlas-${name}`).style.pointerEvents = "none";
        const paint = (context, bounds) => this.paint(name, context, bounds);
        this.surfaces[name] = new AtlasSurface(paint, { pane: `atlas-${name}` });
        this.surfaces[name].addTo(map);
      }
      // Names drawn before their type has arrived are drawn again in it.
      document.fonts.addEventListener("loadingdone", () => this.surfaces.names.redraw());
      AtlasTip.attach(this);
      AtlasControls.attach(this);
      this.time = AtlasTime.attach(this);
    }

    fail(error) {
      const container = this.map.getContainer();
      const note = container.querySelector(".atlas-failure") || L.DomUtil.create("p", "atlas-failure", container);
      note.setAttribute("role", "alert");
      note.textContent = `The map could not be loaded (${error.message}).`;
    }

    // Until the reader moves the map, what it opened on stays fitted while the page lays itself out.
    keepFitted() {
      const container = this.map.getContainer();
      for (const touch of ["mousedown", "wheel", "keydown", "touchstart"]) {
        // Before the buttons on the map, which let no click go further.
        container.addEventListener(touch, () => { this.refit = null; }, { passive: true, capture: true });
      }
      this.map.on("resize", () => this.refit && this.refit());
      // Where a reader has moved it stands in the link of the page.
      this.map.on("moveend", () => {
        window.clearTimeout(this.saying);
        if (!this.refit) this.saying = window.setTimeout(() => this.sayPlace(), 400);
      });
      window.setInterval(() => this.keepPlace(), 1000);
      // The style sheet may arrive after the map was measured, which no window event tells.
      new ResizeObserver(() => {
        this.map.invalidateSize({ animate: false });
        this.saySize(container);
      }).observe(container);
    }

    sayPlace() {
      const { lat, lng } = this.map.getCenter();
      this.placed = [lat.toFixed(3), lng.toFixed(3), this.map.getZoom().toFixed(2)].join(",");
      this.keepPlace();
    }

    // An answer to what was asked before the map was moved writes a link that does not know where it lies now.
    keepPlace() {
      const { location, history } = window.parent;
      const url = new URL(location.href);
      if (!this.placed || url.searchParams.get("at") === this.placed) return;
      url.searchParams.set("at", this.placed);
      history.replaceState(history.state, "", url);
    }

    // For the page around the map, which keeps it at this size on paper.
    saySize(container) {
      const { style } = window.frameElement || container;
      style.setProperty("--a-wide", window.innerWidth);
      style.setProperty("--a-tall", window.innerHeight);
    }

    // One entry a mark, in drawing order; the ground comes first and follows what is picked.
    declared() {
      const { layers, ground } = this.manifest;
      const marks = Object.entries(layers).flatMap(([id, { order, marks: all }]) =>
        all.map((mark, index) => ({ id, order, spec: kinds.get(mark.kind), mark: Object.assign(mark, { layer: id }), index })));
      return [{ order: 0, spec: kinds.get("ground"), mark: ground }, ...marks].sort((a, b) => a.order - b.order);
    }

    get words() {
      return this.manifest.words;
    }

    get palette() {
      return this.manifest.palette[this.dark ? "dark" : "light"];
    }

    // Streamlit hands every component its theme with each render.
    followTheme() {
      const events = window.Streamlit && window.Streamlit.events;
      if (!events) return;
      events.addEventListener("streamlit:render", (event) => {
        const dark = ((event.detail.theme || {}).base || "light") === "dark";
        if (dark === this.dark) return;
        this.dark = dark;
        document.documentElement.dataset.theme = dark ? "dark" : "light";
        if (this.topology) this.repaint();
      });
    }

    paths() {
      const zoom = this.map.getZoom();
      const key = zoom.toFixed(3);
      if (!this.pathsByZoom.has(key)) {
        if (this.pathsByZoom.size > 5) this.pathsByZoom.clear();
        this.pathsByZoom.set(key, new AtlasPaths.Paths(this.topology, zoom));
      }
      return this.pathsByZoom.get(key);
    }

    // What a surface shows, in strings: a step repaints only the surfaces that it changes.
    content(surface) {
      const { show, options } = this.state;
      return {
        frame: JSON.stringify([this.dark, show, options]),
        states: new Map(this.painting(surface).map((drawing) => [drawing, JSON.stringify(this.given(drawing)[0])])),
      };
    }

    // Paint a surface anew, or only the areas that a step changes where the only mark on it can say which.
    refresh(name, surface) {
      const before = surface.content;
      const now = this.content(name);
      surface.content = now;
      if (before && before.frame === now.frame && before.states.size === now.states.size) {
        const changed = [...now.states].filter(([drawing, state]) => before.states.get(drawing) !== state);
        if (!changed.length) return;
        const areas = now.states.size === 1 && this.changed(changed[0][0], surface.painted.get(changed[0][0]));
        if (areas) {
          surface.touchUp((context, bounds) => this.paint(name, context, bounds, areas));
          return;
        }
      }
      surface.redraw();
    }

    // The areas that a mark would paint otherwise than before, or nothing where it cannot tell.
    changed(drawing, before) {
      const { spec, mark } = drawing;
      return before && spec.changed && spec.changed(this.levels[mark.level], before, this.given(drawing)[0], mark);
    }

    paint(surface, context, bounds, only) {
      const paths = this.paths();
      const origin = this.map.getPixelOrigin();
      const dx = paths.originX - origin.x;
      const dy = paths.originY - origin.y;
      context.translate(dx, dy);
      const box = [bounds.min.x - dx, bounds.min.y - dy, bounds.max.x - dx, bounds.max.y - dy];
      const view = {
        atlas: this,
        context,
        paths,
        zoom: this.map.getZoom(),
        palette: this.palette,
        box,
        visible: (level) => this.visible(paths, box, only || this.levels[level]),
      };
      for (const drawing of this.painting(surface)) {
        drawing.spec[surface](view, ...this.given(drawing));
        this.surfaces[surface].painted.set(drawing, this.given(drawing)[0]);
      }
    }

    painting(surface) {
      return this.drawings.filter((drawing) => {
        const { spec, mark } = drawing;
        return spec[surface] && this.isShown(drawing) && (!spec.paints || spec.paints(this, mark, surface));
      });
    }

    // What a mark is drawn from: its state, what it is declared as and, where its layer has some, data of all months.
    given({ id, index, mark, spec }) {
      if (!id) return [this.state.pick, mark];
      return [this.stateOf({ id, index, mark, spec }), mark, this.data.get(id)];
    }

    // What a mark shows of the month that the reader is at, or null where only the page knows that.
    stateOf({ id, index, mark, spec }) {
      const { months } = this.data.get(id) || {};
      const { month, sent } = this.state;
      if (months) return months[month][index];
      const state = this.state[id][index];
      if (month === sent) return state;
      return spec.ahead ? spec.ahead(this, state, month, mark) : null;
    }

    // What comes of all months at once must be there; and nothing is shown of another month than the rest.
    isShown(drawing) {
      const { id } = drawing;
      const isThere = () => !this.manifest.data[id] || this.data.has(id);
      return !id || (this.shown(id) && isThere() && this.stateOf(drawing) !== null);
    }

    // The month that a reader is at while dragging: marks that know all months follow, the others come back at rest.
    preview(month) {
      this.state = { ...this.state, month };
      this.repaint();
    }

    // Tell the page what the reader has done here; each time is news.
    tell(news) {
      const { Streamlit } = window;
      if (Streamlit) Streamlit.setComponentValue({ last_clicked: null, ...news, at: Date.now() });
    }

    // What is chosen about the layer of a mark, where it is not the usual.
    option({ layer }) {
      return (this.state.options || {})[layer];
    }

    shown(id) {
      return this.state.show.includes(id);
    }

    // The area of a level that an area lies in.
    areaOf(area, level) {
      return level === "state" ? this.topology.states.find(({ id }) => area.id.startsWith(id)) : area;
    }

    // The data of layers that are shown for the first time.
    async fetchData(show) {
      const wanted = show.filter((id) => this.manifest.data[id] && !this.data.has(id));
      await Promise.all(wanted.map(async (id) => {
        this.data.set(id, await fetchJson(beside(this.manifestUrl, this.manifest.data[id])));
      }));
      const note = this.map.getContainer().querySelector(".atlas-failure");
      if (note) note.remove();
    }

    visible(paths, box, areas) {
      const [x0, y0, x1, y1] = box.map((v, i) => (v + (i % 2 ? paths.originY : paths.originX)) / paths.scale);
      return areas.filter(({ box: b }) => b[2] >= x0 && b[0] <= x1 && b[3] >= y0 && b[1] <= y1);
    }

    // What a step sends. May arrive before the outlines do, and nothing is painted before its data are there.
    apply(state) {
      const focus = state.focus && state.focus !== this.state.focus;
      this.state = { ...state, sent: state.month };
      const applied = this.state;
      const fetched = this.named.then(() => this.fetchData(state.show)).catch((error) => this.fail(error));
      Promise.all([this.loading, fetched]).then(() => {
        if (!this.topology || this.state !== applied) return;
        if (focus) {
          this.placed = null;
          const [lat, lon, zoom] = state.at || [];
          this.refit = () => (state.at
            ? this.map.setView([lat, lon], zoom, { animate: false })
            : this.focusOn(state.bounds || this.boundsOf(state.pick)));
          this.refit();
        }
        document.documentElement.dataset.atlasReady = "true";
        this.repaint();
      });
    }

    // South-west and north-east of a municipality, or nothing where there is no such one.
    boundsOf(id) {
      const area = this.byId.get(id);
      if (!area) return null;
      const [x0, y0, x1, y1] = area.box;
      const corner = (x, y) => this.map.options.crs.pointToLatLng(L.point(x, y), 0);
      return [corner(x0, y1), corner(x1, y0)];
    }

    // With room above for what is drawn on the northern border.
    showCountry() {
      this.map.fitBounds(this.manifest.view, { animate: false, paddingTopLeft: [0, 14] });
    }

    focusOn(bounds) {
      if (bounds) this.map.fitBounds(bounds, { maxZoom: 8, padding: [60, 60], animate: false });
    }

    // Painting waits for no animation frame: the page around has more to do, and frames are late meanwhile. That it is
    // done is said in the frame that shows it.
    repaint() {
      for (const [name, surface] of Object.entries(this.surfaces)) this.refresh(name, surface);
      window.cancelAnimationFrame(this.frame);
      this.frame = window.requestAnimationFrame(() => {
        this.time.follow(this.state.month);
        AtlasTip.refresh(this);
        AtlasControls.refresh(this);
        const { dataset } = document.documentElement;
        dataset.atlasMonth = String(this.state.month);
        dataset.atlasShow = this.state.show.join(",");
        dataset.atlasOptions = Object.values(this.state.options || {}).join(",");
        dataset.atlasPick = this.state.pick || "";
        dataset.atlasPaints = String(Number(dataset.atlasPaints || 0) + 1);
      });
    }

    // The municipality under a geographic position, or undefined.
    areaAt({ lat, lng }) {
      const x = AtlasTopology.projectX(lng);
      const y = AtlasTopology.projectY(lat);
      return this.topology.areas.find((area) => AtlasTopology.contains(area, this.topology.arcs, x, y));
    }

    // What the marks that are shown say, the top one first: ask each that can answer.
    asked(what) {
      return this.drawings.filter((drawing) => drawing.spec[what] && this.isShown(drawing)).reverse();
    }

    // What is said about a place: [label, value, swatch colour] rows.
    rowsFor(area) {
      return this.asked("rows").flatMap((drawing) => drawing.spec.rows(this, area, ...this.given(drawing)));
    }

    // The keys of what is drawn to a scale that changes with the zoom.
    keys() {
      return this.asked("key").reverse().map((drawing) => drawing.spec.key(this, ...this.given(drawing)));
    }

    markAt(point) {
      for (const drawing of this.asked("hit")) {
        const found = drawing.spec.hit(this, point, ...this.given(drawing));
        if (found) return found;
      }
      return null;
    }
  }

  function attach(map, manifestUrl) {
    instances.set(map, new AtlasMap(map, manifestUrl));
    window.atlas = instances.get(map);
  }

  const apply = (map, state) => instances.get(map).apply(state);

  return { attach, apply, kind };
})();
window.Atlas = Atlas;
