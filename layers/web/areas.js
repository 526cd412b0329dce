// Marks of areas: fills in classes, pixels of several classes, outlines around sets of areas, numbers only said.
import { pattern as patternOf } from "./patterns.js";
import { outerArcs } from "./topology.js";

const shade = (atlas) => (atlas.dark ? "dark" : "light");

// Areas that are in view by what a state says of each.
function grouped(view, level, said) {
  const groups = new Map();
  for (const area of view.visible(level)) {
    const key = said[area.index];
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(area);
  }
  return groups;
}

// --- fill: a character an area -------------------------------------------------------------

function fill(view, codes, { classes, level }) {
  const { context, paths, atlas } = view;
  const groups = grouped(view, level, codes);
  for (const { code, colour, pattern, ink } of classes) {
    const areas = groups.get(code);
    if (!areas) continue;
    const path = paths.union(areas);
    context.fillStyle = colour[shade(atlas)];
    context.fill(path, "evenodd");
    // A hair of the same colour closes the anti-aliasing gap to other classes.
    context.strokeStyle = colour[shade(atlas)];
    context.lineWidth = 0.7;
    context.stroke(path);
    if (!pattern) continue;
    context.fillStyle = patternOf(context, pattern, ink[shade(atlas)]);
    context.fill(path, "evenodd");
  }
}

// Over another fill a class is a hatch and an outline, so that both can be read.
function fillOver(view, codes, { classes, level, halo }) {
  const { context, paths } = view;
  const groups = grouped(view, level, codes);
  for (const { code, edge, over, pattern } of classes) {
    const areas = edge && groups.get(code);
    if (!areas) continue;
    context.fillStyle = patternOf(context, pattern, over);
    context.fill(paths.union(areas), "evenodd");
    outlined(context, around(view, areas), [[halo, 3.4], [edge, 1.6]]);
  }
}

const around = ({ paths, atlas }, areas) =>
  paths.line(outerArcs(areas, atlas.topology.arcs.length));

function outlined(context, path, strokes) {
  context.lineJoin = "round";
  for (const [colour, width, alpha = 1] of strokes) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.globalAlpha = alpha;
    context.stroke(path);
  }
  context.globalAlpha = 1;
}

// The areas of other colour than before; null where one has to be wiped.
function recoloured(areas, before, codes, { classes }) {
  const coloured = new Set(classes.map(({ code }) => code));
  const found = areas.filter(({ index }) => before[index] !== codes[index]);
  return found.every(({ index }) => coloured.has(codes[index])) ? found : null;
}

function classOf(atlas, area, codes, { title, classes, level }) {
  const at = atlas.areaOf(area, level);
  const entry = at && classes.find(({ code }) => code === codes[at.index]);
  if (!entry || !entry.label) return [];
  const { letter, label, colour } = entry;
  return [[title, letter ? `${letter} \u00b7 ${label}` : label, colour[shade(atlas)]]];
}

const isOver = (atlas, { over }) => Boolean(over) && atlas.shown(over);

export const fills = {
  data: fill,
  overlay: fillOver,
  paints: (atlas, mark, surface) => isOver(atlas, mark) === (surface === "overlay"),
  changed: recoloured,
  rows: classOf,
};

// --- pixels: a string of codes an area -----------------------------------------------------

function tiled(context, codes, { classes, tile, pixel }, theme) {
  const canvas = document.createElement("canvas");
  canvas.width = tile.length * pixel;
  canvas.height = canvas.width;
  const ink = canvas.getContext("2d");
  tile.forEach((row, y) => row.forEach((rank, x) => {
    const code = codes[Math.floor(((rank + 0.5) / (tile.length ** 2)) * codes.length)];
    ink.fillStyle = classes.find((entry) => entry.code === code).colour[theme];
    ink.fillRect(x * pixel, y * pixel, pixel, pixel);
  }));
  return context.createPattern(canvas, "repeat");
}

function pixels(view, said, mark) {
  const { context, paths, atlas } = view;
  for (const [codes, areas] of grouped(view, mark.level, said)) {
    if (!codes) continue;
    context.fillStyle = tiled(context, codes, mark, shade(atlas));
    context.fill(paths.union(areas), "evenodd");
  }
}

function sharesOf(atlas, area, said, { title, classes, level }) {
  const at = atlas.areaOf(area, level);
  const codes = at && said[at.index];
  if (!codes) return [];
  return classes
    .map(({ code, label, colour }) => [label, [...codes].filter((each) => each === code).length, colour])
    .filter(([, count]) => count)
    .map(([label, count, colour], i) =>
      [i ? "" : title, `${label} ${Math.round((100 * count) / codes.length)} %`, colour[shade(atlas)]]);
}

export const pixelled = { data: pixels, rows: sharesOf };

// --- values: a number a key ------------------------------------------------------------------

export const values = {
  rows: (atlas, area, numbers, { title, keys, form, digits, level }) => {
    const at = atlas.areaOf(area, level);
    const number = at && numbers[keys.indexOf(at.id)];
    return typeof number === "number" ? [[title, form.replace("{}", number.toFixed(digits))]] : [];
  },
};

// --- outline: an arrangement of sets of areas ------------------------------------------------

function outline(view, arrangement, { arrangements }) {
  const { atlas, context, paths, palette } = view;
  for (const { members, ending } of arrangements[arrangement]) {
    const areas = members.map((index) => atlas.topology.areas[index]);
    context.fillStyle = patternOf(context, "posts", palette.zoneHatch, 8);
    context.fill(paths.union(areas), "evenodd");
    const path = around(view, areas);
    outlined(context, path, [[palette.halo, 3.6, 0.75]]);
    context.setLineDash(ending ? [5, 3] : []);
    outlined(context, path, [[palette.zone, 1.7]]);
    context.setLineDash([]);
  }
}

export const outlines = {
  overlay: outline,
  rows: (atlas, area, arrangement, { title, names, arrangements }) =>
    arrangements[arrangement].filter(({ members }) => members.includes(area.index)).map(({ id }) => [title, names[id]]),
};
