// Marks at places: symbols, lines, flows, and a picture between two corners.
import { beside } from "./store.js";

const NEAR = 5;

// A bright line under a dark one, or the other way round, is seen on any fill.
function outlined(context, palette, fill) {
  context.lineJoin = "round";
  context.strokeStyle = palette.halo;
  context.lineWidth = 4.4;
  context.stroke();
  if (fill) {
    context.fillStyle = fill;
    context.fill();
  }
  context.strokeStyle = palette.crossing;
  context.lineWidth = 1.8;
  context.stroke();
}

// --- symbols -------------------------------------------------------------------------------
// Radii and the numbers of the rule come with the data, see layers/marks.py: the picture has the same.

const scaleOf = ({ small, large, from, over }, zoom) => Math.max(small, Math.min(large, (zoom - from) / over));
const radiusOf = ({ radius }, { sizes }, zoom) => radius * scaleOf(sizes, zoom);
const ringOf = (point, mark, zoom) => radiusOf(point, mark, zoom) * mark.reaches[point.shape] + mark.sizes.ring;

function trace(context, corners, x, y, r) {
  context.beginPath();
  if (!corners.length) context.arc(x, y, r, 0, 7);
  for (const [dx, dy] of corners) context.lineTo(x + dx * r, y + dy * r);
  context.closePath();
}

// Each point that is there, with its stage.
function* standing(state, { points }) {
  const stages = new Map(state);
  for (const [position, point] of points.entries()) {
    const stage = stages.get(position) || 0;
    if (stage || !point.is_planned) yield [point, stage];
  }
}

function symbol({ context, palette, zoom }, point, stage, mark, [x, y]) {
  if (stage && !point.is_planned) {
    trace(context, [], x, y, ringOf(point, mark, zoom));
    outlined(context, palette);
  }
  trace(context, mark.shapes[point.shape], x, y, radiusOf(point, mark, zoom));
  if (point.is_planned) {
    outlined(context, palette, palette.crossingEmpty);
    return;
  }
  context.fillStyle = point.is_hollow ? palette.crossingEmpty : palette.crossing;
  context.globalAlpha = 0.85;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.2;
  context.strokeStyle = point.is_hollow ? palette.crossingLine : palette.halo;
  context.stroke();
}

function symbols(view, state, mark) {
  const [left, top, right, bottom] = view.box;
  for (const [point, stage] of standing(state, mark)) {
    for (const [lon, lat] of point.places) {
      const [x, y] = view.paths.point(lon, lat);
      if (x > left - 20 && x < right + 20 && y > top - 20 && y < bottom + 20) symbol(view, point, stage, mark, [x, y]);
    }
  }
}

// How near the pointer must come.
function reachOf(point, stage, mark, zoom) {
  const isRinged = stage && !point.is_planned;
  return Math.max(6, 2 + (isRinged ? ringOf(point, mark, zoom) : radiusOf(point, mark, zoom)));
}

function symbolAt(atlas, at, state, mark) {
  const near = [...standing(state, mark)]
    .flatMap(([point, stage]) => point.places.map(([lon, lat]) => {
      const away = atlas.map.latLngToLayerPoint([lat, lon]).distanceTo(at);
      return { point, stage, away };
    }))
    .filter(({ point, stage, away }) => away <= reachOf(point, stage, mark, atlas.map.getZoom()));
  if (!near.length) return null;
  const { point, stage } = near.reduce((best, each) => (each.away < best.away ? each : best));
  const { id, title, subtitle, rows = [], stages = [] } = point;
  return { key: `symbol ${id}`, title, subtitle, rows: [...rows, ...(stages[stage - 1] || [])] };
}

export const symbolled = { marks: symbols, hit: symbolAt };

// --- lines ---------------------------------------------------------------------------------

function pathOf(paths, parts) {
  const path = new Path2D();
  for (const part of parts) {
    part.forEach(([lon, lat], index) => {
      const [x, y] = paths.point(lon, lat);
      if (index) path.lineTo(x, y);
      else path.moveTo(x, y);
    });
  }
  return path;
}

function lines({ context, paths, palette, zoom, atlas }, state, { lines: all, swatches, widths, dashes }) {
  const width = widths[zoom < 6 ? 0 : 1];
  context.lineJoin = "round";
  context.lineCap = "butt";
  state.forEach((said, index) => {
    if (!said) return;
    const path = pathOf(paths, all[index].parts);
    const casing = dashes.length ? [] : [[palette.border, width + 2]];
    context.setLineDash(dashes);
    for (const [colour, wide] of [...casing, [swatches[said[0]][atlas.dark ? "dark" : "light"], width]]) {
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.stroke(path);
    }
    context.setLineDash([]);
  });
}

function distance(point, a, b) {
  const span = b.subtract(a);
  const length = span.x * span.x + span.y * span.y;
  const along = length ? ((point.x - a.x) * span.x + (point.y - a.y) * span.y) / length : 0;
  return point.distanceTo(a.add(span.multiplyBy(Math.max(0, Math.min(1, along)))));
}

const isNear = (at, corners) =>
  corners.some((each, i) => i && distance(at, corners[i - 1], each) < NEAR);

function lineAt(atlas, at, state, { lines: all, title: name, form }) {
  const onScreen = (part) => part.map(([lon, lat]) => atlas.map.latLngToLayerPoint([lat, lon]));
  const index = all.findIndex(({ parts }, i) => state[i] && parts.some((part) => isNear(at, onScreen(part))));
  if (index < 0) return null;
  const { title, subtitle, rows } = all[index];
  const value = state[index][1];
  const said = value === undefined ? [] : [[name, form.replace("{}", value)]];
  return { key: `line ${index} ${title}`, title, subtitle, rows: [...said, ...rows] };
}

export const lined = { marks: lines, hit: lineAt };

// --- flows ---------------------------------------------------------------------------------

// The corner that a curve bends to, so that its middle lies `bend` of its length beside the straight line.
function corner([x0, y0], [x1, y1], bend) {
  return [(x0 + x1) / 2 + 2 * bend * (y1 - y0), (y0 + y1) / 2 - 2 * bend * (x1 - x0)];
}

function flows({ context, paths, palette }, state, { flows: all, bend }) {
  all.forEach(({ start, end }, index) => {
    const [width] = state[index];
    if (!width) return;
    const [from, to] = [start, end].map(([lon, lat]) => paths.point(lon, lat));
    const path = new Path2D();
    const [[x, y], [cx, cy]] = [from, corner(from, to, bend)];
    path.moveTo(x, y);
    path.quadraticCurveTo(cx, cy, to[0], to[1]);
    context.lineCap = "butt";
    for (const [colour, wide] of [[palette.halo, width + 2.4], [palette.zone, width]]) {
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.stroke(path);
    }
  });
}

function flowAt(atlas, at, state, { flows: all, bend, title: name }) {
  const onScreen = ([lon, lat]) => atlas.map.latLngToLayerPoint([lat, lon]);
  const index = all.findIndex(({ start, end }, i) => {
    const [a, b] = [onScreen(start), onScreen(end)];
    const [cx, cy] = corner([a.x, a.y], [b.x, b.y], bend);
    const along = Array.from({ length: 17 }, (_, step) => {
      const t = step / 16;
      const [p, q, r] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
      return L.point(p * a.x + q * cx + r * b.x, p * a.y + q * cy + r * b.y);
    });
    return state[i][0] && isNear(at, along);
  });
  if (index < 0) return null;
  const { title, subtitle } = all[index];
  return { key: `flow ${index}`, title, subtitle, rows: [[name, state[index][1]]] };
}

export const flowing = { marks: flows, hit: flowAt };

// --- raster --------------------------------------------------------------------------------

const KEPT = 12;
const pictures = new Map();
const drawn = new WeakMap();

// A picture lies beside the manifest. It is fetched and decoded once; maps that wait are repainted when it is there.
function picture(atlas, name) {
  const url = beside(atlas.board.manifestUrl, name);
  let entry = pictures.get(url);
  if (!entry) {
    if (pictures.size >= KEPT) pictures.delete(pictures.keys().next().value);
    entry = { image: new Image(), ready: false, waiting: new Set() };
    pictures.set(url, entry);
    entry.image.src = url;
    entry.image.decode()
      .then(() => { entry.ready = true; }, () => pictures.delete(url))
      .then(() => entry.waiting.forEach(({ surfaces }) => surfaces.overlay.redraw()));
  }
  entry.waiting.add(atlas);
  return entry;
}

// Until a month's picture is decoded the one before stays, so nothing blinks.
function raster({ atlas, context, paths }, names, mark) {
  if (!drawn.has(atlas)) drawn.set(atlas, new Map());
  const shown = drawn.get(atlas);
  const wanted = picture(atlas, names[atlas.dark ? "dark" : "light"]);
  if (wanted.ready) shown.set(mark, wanted.image);
  const image = shown.get(mark);
  if (!image) return;
  const [[south, west], [north, east]] = mark.bounds;
  const [left, low] = paths.point(west, south);
  const [right, top] = paths.point(east, north);
  const smooth = context.imageSmoothingEnabled;
  // Cells keep their edges when enlarged, and no row of them is lost when shrunk.
  context.imageSmoothingEnabled = (right - left) * window.devicePixelRatio < image.naturalWidth;
  context.drawImage(image, left, top, right - left, low - top);
  context.imageSmoothingEnabled = smooth;
}

export const pictured = { overlay: raster };
