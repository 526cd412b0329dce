// The map's own drawing layers on Leaflet. Outlines are fetched once from a versioned
// file; afterwards a step only hands over class codes, and the same shapes are repainted.
// A layer file calls Atlas.layer(id, {...}); nothing else needs to know it.
const Atlas = (() => {
  "use strict";

  const specs = new Map();
  const instances = new WeakMap();
  const SURFACES = { land: 210, data: 410, overlay: 420, marks: 450, names: 470 };

  const layer = (id, spec) => specs.set(id, spec);

  // Safari has no idle callbacks.
  const later = (work) => (window.requestIdleCallback ? window.requestIdleCallback(work) : setTimeout(work, 500));
  const sooner = (handle) => (window.cancelIdleCallback ? window.cancelIdleCallback(handle) : clearTimeout(handle));

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

  // A canvas that follows the map the way Leaflet's own renderers do.
  const Surface = L.Renderer.extend({
    initialize(paint, options) {
      L.Renderer.prototype.initialize.call(this, { padding: 0.15, ...options });
      this.paint = paint;
      this.painted = new Map();
    },
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
      this.context = this._container.getContext("2d");
    },
    _updatePaths() {},
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      const [width, height] = [Math.round(ratio * size.x), Math.round(ratio * size.y)];
      if (this._container.width !== width || this._container.height !== height) {
        this._container.width = width;
        this._container.height = height;
        this._container.style.width = `${size.x}px`;
        this._container.style.height = `${size.y}px`;
      }
      this.ratio = ratio;
      this.redraw();
    },
    redraw() {
      if (!this._map || !this._bounds) return;
      this.fresh();
      this.context.setTransform(1, 0, 0, 1, 0, 0);
      this.context.clearRect(0, 0, this._container.width, this._container.height);
      this.draw(this.paint);
    },
    draw(paint) {
      const { context, ratio } = this;
      context.setTransform(ratio, 0, 0, ratio, -this._bounds.min.x * ratio, -this._bounds.min.y * ratio);
      paint(context, this._bounds);
    },
    // What was touched up differs from a fresh picture by a hair along the edges, so it is painted afresh when the
    // page has time.
    touchUp(paint) {
      this.draw(paint);
      this.fresh();
      this.tidying = later(() => this.redraw());
    },
    fresh() {
      if (this.tidying) sooner(this.tidying);
      this.tidying = null;
    },
  });

  class AtlasMap {
    constructor(map, manifestUrl) {
      this.map = map;
      this.manifestUrl = manifestUrl;
      this.ids = [];
      this.state = { show: [] };
      this.pathsByZoom = new Map();
      this.surfaces = {};
      this.data = new Map();
      this.dark = themeIsDark();
      document.documentElement.dataset.theme = this.dark ? "dark" : "light";
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
      const { map, manifest } = this;
      map.setMaxBounds(manifest.limits);
      this.refit = () => map.fitBounds(manifest.view, { animate: false });
      this.refit();
      this.keepFitted();
      map.setMinZoom(Math.min(4, map.getZoom() - 0.25));
      map.setMaxZoom(manifest.closest);
      readable();
      this.topology = AtlasTopology.decode(await fetchJson(beside(manifestUrl, manifest.outlines)));
      this.byId = new Map(this.topology.areas.map((area) => [area.id, area]));
      this.stateNames = new Map(this.topology.states.map((area) => [area.id, area.properties.n]));
      for (const [name, zIndex] of Object.entries(SURFACES)) {
        map.createPane(`atlas-${name}`).style.zIndex = zIndex;
        map.getPane(`atlas-${name}`).style.pointerEvents = "none";
        const paint = (context, bounds) => this.paint(name, context, bounds);
        this.surfaces[name] = new Surface(paint, { pane: `atlas-${name}` });
        this.surfaces[name].addTo(map);
      }
      // Names drawn before their type has arrived are drawn again in it.
      document.fonts.addEventListener("loadingdone", () => this.surfaces.names.redraw());
      AtlasTip.attach(this);
      AtlasControls.attach(this);
      document.documentElement.dataset.atlasReady = "true";
      this.repaint();
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
        container.addEventListener(touch, () => { this.refit = null; }, { passive: true });
      }
      this.map.on("resize", () => this.refit && this.refit());
      // The style sheet may arrive after the map was measured, which no window event tells.
      new ResizeObserver(() => {
        this.map.invalidateSize({ animate: false });
        this.saySize(container);
      }).observe(container);
    }

    // For the page around the map, which keeps it at this size on paper.
    saySize(container) {
      const { clientWidth, clientHeight } = container;
      const { style } = window.frameElement || container;
      style.setProperty("--a-wide", clientWidth);
      style.setProperty("--a-tall", clientHeight);
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
      const { show, options, ...state } = this.state;
      const drawn = this.ordered().filter(([id, spec]) => spec[surface] && this.shown(id));
      return {
        frame: JSON.stringify([this.dark, show, options]),
        layers: new Map(drawn.map(([id, { follows = {} }]) => [id, JSON.stringify(state[follows[surface] || id])])),
      };
    }

    // Paint a surface anew, or only the areas that a step changes where a layer can say which.
    refresh(name, surface) {
      const before = surface.content;
      const now = this.content(name);
      surface.content = now;
      const changed = [...now.layers].filter(([id, state]) => !before || before.layers.get(id) !== state);
      if (before && before.frame === now.frame) {
        if (!changed.length) return;
        const areas = changed.map(([id]) => this.changed(id, surface.painted.get(id)));
        if (areas.every(Boolean)) {
          const all = [...new Set(areas.flat())];
          surface.touchUp((context, bounds) => this.paint(name, context, bounds, all));
          return;
        }
      }
      surface.redraw();
    }

    // The areas that a layer would paint otherwise than before, or nothing where it cannot tell.
    changed(id, before) {
      const { changed } = specs.get(id);
      return before && changed && changed(this.topology.areas, before, this.state[id], this.manifest.layers[id]);
    }

    paint(surface, context, bounds, areas) {
      const paths = this.paths();
      const origin = this.map.getPixelOrigin();
      const dx = paths.originX - origin.x;
      const dy = paths.originY - origin.y;
      context.translate(dx, dy);
      const view = {
        atlas: this,
        context,
        paths,
        zoom: this.map.getZoom(),
        palette: this.palette,
        box: [bounds.min.x - dx, bounds.min.y - dy, bounds.max.x - dx, bounds.max.y - dy],
      };
      view.visible = this.visible(view, areas);
      for (const [id, spec] of this.ordered()) {
        const draw = spec[surface];
        if (draw && this.shown(id)) {
          draw(view, ...this.given(id));
          this.surfaces[surface].painted.set(id, this.state[id]);
        }
      }
    }

    ordered() {
      return [...specs].filter(([id]) => this.ids.includes(id)).sort((a, b) => a[1].order - b[1].order);
    }

    // What a layer draws from: its state, its constants and, where it has some, its data of all months.
    given(id) {
      return [this.state[id], this.manifest.layers[id], this.data.get(id)];
    }

    // What is chosen about a layer, where it is not the usual.
    option(id) {
      return (this.state.options || {})[id];
    }

    shown(id) {
      const { always, fromData } = specs.get(id);
      const ready = !fromData || this.data.has(id);
      return Boolean(always) || (ready && this.state.show.includes(id));
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

    visible({ paths, box }, areas = this.topology.areas) {
      const [x0, y0, x1, y1] = box.map((v, i) => (v + (i % 2 ? paths.originY : paths.originX)) / paths.scale);
      return areas.filter(({ box: b }) => b[2] >= x0 && b[0] <= x1 && b[3] >= y0 && b[1] <= y1);
    }

    // What a step sends. May arrive before the outlines do.
    apply(state) {
      const focus = state.focus && state.focus !== this.state.focus;
      this.state = state;
      this.loading.then(() => {
        if (this.topology) return this.fetchData(state.show).catch((error) => this.fail(error));
      }).then(() => {
        if (!this.topology || this.state !== state) return;
        if (focus) {
          this.refit = () => this.focusOn(state.bounds || this.boundsOf(state.pick));
          this.refit();
        }
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

    focusOn(bounds) {
      if (bounds) this.map.fitBounds(bounds, { maxZoom: 8, padding: [60, 60], animate: false });
    }

    // Painting waits for no animation frame: the page around has more to do, and frames are late meanwhile. That it is
    // done is said in the frame that shows it.
    repaint() {
      for (const [name, surface] of Object.entries(this.surfaces)) this.refresh(name, surface);
      window.cancelAnimationFrame(this.frame);
      this.frame = window.requestAnimationFrame(() => {
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

    // What the layers say about a place: [label, value, swatch colour] rows, top layer first.
    rowsFor(area) {
      const rows = [];
      for (const [id, spec] of this.ordered().reverse()) {
        if (spec.rows && this.shown(id)) {
          rows.push(...spec.rows(this, area, ...this.given(id)));
        }
      }
      return rows;
    }

    // The keys of what is drawn to a scale that changes with the zoom.
    keys() {
      const drawn = this.ordered().filter(([id, spec]) => spec.key && this.shown(id));
      return drawn.map(([id, spec]) => spec.key(this, ...this.given(id)));
    }

    markAt(point) {
      for (const [id, spec] of this.ordered().reverse()) {
        const found = spec.hit && this.shown(id) && spec.hit(this, point, ...this.given(id));
        if (found) return found;
      }
      return null;
    }
  }

  function attach(map, manifestUrl) {
    instances.set(map, new AtlasMap(map, manifestUrl));
    window.atlas = instances.get(map);
  }

  const add = (map, id) => instances.get(map).ids.push(id);
  const apply = (map, state) => instances.get(map).apply(state);

  return { attach, add, apply, layer };
})();
window.Atlas = Atlas;
