// One map: canvases over Leaflet on which the marks that the manifest declares are painted, and asked what they show.
import { build } from "./base.js";
import * as controls from "./controls.js";
import { kinds } from "./kinds.js";
import { Paths } from "./paths.js";
import { Surface } from "./surface.js";
import * as tip from "./tip.js";
import { contains, projectX, projectY } from "./topology.js";

const SURFACES = { land: 210, data: 410, overlay: 420, marks: 450, names: 470 };

// Drawing paths by zoom: maps that stand side by side show the same.
const pathsByZoom = new WeakMap();

function pathsAt(topology, zoom) {
  if (!pathsByZoom.has(topology)) pathsByZoom.set(topology, new Map());
  const known = pathsByZoom.get(topology);
  const key = zoom.toFixed(3);
  if (!known.has(key)) {
    if (known.size > 5) known.clear();
    known.set(key, new Paths(topology, zoom));
  }
  return known.get(key);
}

export class AtlasMap {
  /** @type {Record<string, any>} Canvases by name. */
  surfaces = {};
  /** @type {import("./types.js").Moment} */
  moment = null;

  /**
   * @param {import("./board.js").Board} board What all maps share.
   * @param {HTMLElement} element
   */
  constructor(board, element) {
    this.board = board;
    this.manifest = board.manifest;
    this.topology = board.topology;
    this.byId = new Map(this.topology.areas.map((area) => [area.id, area]));
    this.levels = { municipality: this.topology.areas, state: this.topology.states };
    this.drawings = this.declared();
    this.map = build(element);
    this.map.setMaxBounds(this.manifest.limits);
    for (const [name, zIndex] of Object.entries(SURFACES)) {
      const pane = this.map.createPane(`atlas-${name}`);
      Object.assign(pane.style, { zIndex: String(zIndex), pointerEvents: "none" });
      const paint = (context, bounds) => this.moment && this.paint(name, context, bounds);
      this.surfaces[name] = new Surface(paint, { pane: `atlas-${name}` });
      this.surfaces[name].addTo(this.map);
    }
    this.map.on("click", ({ latlng }) => {
      const area = this.areaAt(latlng);
      board.pick(area ? area.id : "");
    });
    // Names drawn before their type has arrived are drawn again in it.
    this.typed = () => this.surfaces.names.redraw();
    document.fonts.addEventListener("loadingdone", this.typed);
    tip.attach(this);
    controls.attach(this);
  }

  remove() {
    document.fonts.removeEventListener("loadingdone", this.typed);
    this.map.remove();
  }

  // One entry a mark, in drawing order; the ground comes first and follows what is picked.
  /** @returns {import("./types.js").Drawing[]} */
  declared() {
    const { layers, ground } = this.manifest;
    const marks = Object.entries(layers).flatMap(([id, { order, marks: all }]) =>
      all.map((mark, index) => ({ id, order, spec: kinds[mark.kind], mark: { ...mark, layer: id }, index })));
    return [{ order: 0, spec: kinds.ground, mark: ground }, ...marks].sort((a, b) => a.order - b.order);
  }

  get words() {
    return this.manifest.words;
  }

  get dark() {
    return this.board.dark;
  }

  get state() {
    return this.board.state;
  }

  get data() {
    return this.board.data;
  }

  get palette() {
    return this.manifest.palette[this.dark ? "dark" : "light"];
  }

  paths() {
    return pathsAt(this.topology, this.map.getZoom());
  }

  // Paint what has changed for a moment: a month, and what the page says of it. Painting waits for no animation frame:
  // the page around has more to do, and frames are late meanwhile.
  // Returns whether anything has.
  show(moment) {
    this.moment = moment;
    return Object.entries(this.surfaces).filter(([name, surface]) => this.refresh(name, surface)).length > 0;
  }

  // What is said beside the pictures, in the frame that shows them.
  say() {
    tip.refresh(this);
    controls.refresh(this);
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
      if (!changed.length) return false;
      const areas = now.states.size === 1 && this.changed(changed[0][0], surface.painted.get(changed[0][0]));
      if (areas) {
        surface.touchUp((context, bounds) => this.paint(name, context, bounds, areas));
        return true;
      }
    }
    surface.redraw();
    return true;
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
  given(drawing) {
    const { id, mark } = drawing;
    return id ? [this.stateOf(drawing), mark, this.data.get(id)] : [this.state.pick, mark];
  }

  /**
   * What a mark shows of the month that the reader is at, or null where only the page knows that.
   * @param {import("./types.js").Drawing} drawing
   */
  stateOf({ id, index, mark, spec }, { month, sent, states } = this.moment) {
    const { months } = this.data.get(id) || {};
    if (months) return months[month][index];
    const state = states[id][index];
    if (month === sent) return state;
    return spec.ahead ? spec.ahead(this, state, month, mark) : null;
  }

  // Whether all that is shown can be painted for a month that the page has not sent.
  knows(month) {
    const moment = { ...this.moment, month };
    const shown = this.drawings.filter(({ id }) => id && this.shown(id));
    return shown.every((drawing) => this.stateOf(drawing, moment) !== null);
  }

  // What comes of all months at once must be there; and nothing is shown of another month than the rest.
  isShown(drawing) {
    const { id } = drawing;
    const isThere = () => !this.manifest.data[id] || this.data.has(id);
    return !id || (this.shown(id) && isThere() && this.stateOf(drawing) !== null);
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
    return level === "state" ? this.topology.states[this.manifest.parents[area.index]] : area;
  }

  visible(paths, box, areas) {
    const [x0, y0, x1, y1] = box.map((v, i) => (v + (i % 2 ? paths.originY : paths.originX)) / paths.scale);
    return areas.filter(({ box: b }) => b[2] >= x0 && b[0] <= x1 && b[3] >= y0 && b[1] <= y1);
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

  // The municipality under a geographic position, or undefined.
  areaAt({ lat, lng }) {
    const x = projectX(lng);
    const y = projectY(lat);
    return this.topology.areas.find((area) => contains(area, this.topology.arcs, x, y));
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
