// Base map: land around, the country, its boundaries by rank, and names thinned by zoom.

const stroke = (context, path, colour, width, alpha = 1) => {
  context.globalAlpha = alpha;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.stroke(path);
  context.globalAlpha = 1;
};

function land({ atlas, context, paths, palette }) {
  const { context: around, areas } = atlas.topology;
  const path = paths.union(around);
  context.fillStyle = palette.land;
  context.fill(path, "evenodd");
  stroke(context, path, palette.landLine, 0.6);
  context.fillStyle = palette.country;
  context.fill(paths.union(areas), "evenodd");
}

// Municipal lines fade out when zoomed far, or 2,465 outlines would grey the colours.
const municipalAlpha = (zoom) => Math.max(0, Math.min(0.75, (zoom - 4.6) / 4));

function lines({ context, paths, palette, zoom }) {
  const alpha = municipalAlpha(zoom);
  if (alpha > 0) stroke(context, paths.mesh("municipal"), palette.municipal, 0.5, alpha);
  stroke(context, paths.mesh("state"), palette.state, zoom < 6 ? 0.8 : 1.2, 0.9);
  stroke(context, paths.mesh("coast"), palette.coast, 0.7);
  stroke(context, paths.mesh("border"), palette.halo, zoom < 6 ? 3.4 : 4.4, 0.8);
  stroke(context, paths.mesh("border"), palette.border, zoom < 6 ? 1.6 : 2.2);
}

function overlaps(box, taken) {
  return taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]);
}

function name(view, taken, label) {
  const { context, paths, palette, box } = view;
  const [x, y] = paths.point(label.lon, label.lat);
  if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) return;
  context.font = `${label.weight} ${label.size}px "Noto Sans", system-ui, sans-serif`;
  context.letterSpacing = label.spacing || "0px";
  const width = context.measureText(label.text).width;
  const left = label.dot ? x + 5 : x - width / 2;
  const frame = [left - 3, y - label.size / 2 - 2, left + width + 3, y + label.size / 2 + 2];
  if (overlaps(frame, taken)) return;
  taken.push(frame);
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = palette.halo;
  context.strokeText(label.text, left, y);
  context.fillStyle = label.colour;
  context.fillText(label.text, left, y);
  if (!label.dot) return;
  context.beginPath();
  context.arc(x, y, 2.2, 0, 7);
  context.fill();
  context.lineWidth = 1;
  context.stroke();
}

function names(view, pick, { labels: all }) {
  const { zoom, palette } = view;
  const taken = [];
  const labels = all.filter((label) => zoom >= label.from && zoom < label.until);
  for (const { t: text, k: kind, x: lon, y: lat } of labels) {
    const style = {
      country: { size: 12, weight: 400, colour: palette.labelQuiet, spacing: "2px" },
      abroad: { size: 10.5, weight: 400, colour: palette.labelQuiet },
      state: { size: zoom < 6.5 ? 10.5 : 12, weight: 600, colour: palette.labelState },
      city: { size: 11, weight: 400, colour: palette.label, dot: true },
    }[kind];
    name(view, taken, { text, lon, lat, ...style });
  }
  if (zoom >= 8.5) municipalNames(view, taken);
  view.context.letterSpacing = "0px";
}

function municipalNames(view, taken) {
  for (const area of view.visible("municipality")) {
    const [x0, y0, x1, y1] = area.box.map((v) => v * view.paths.scale);
    const p = area.properties;
    const text = p.n;
    if (x1 - x0 > 5.5 * text.length && y1 - y0 > 14 && p.x !== undefined) {
      name(view, taken, { text, lon: p.x, lat: p.y, size: 10.5, weight: 400, colour: view.palette.labelQuiet });
    }
  }
}

function picked({ atlas, context, paths, palette }, pick) {
  const area = atlas.byId.get(pick);
  if (!area) return;
  stroke(context, paths.area(area), palette.halo, 5);
  stroke(context, paths.area(area), palette.border, 2.4);
}

export const ground = {
  land,
  marks: (view, pick) => {
    lines(view);
    picked(view, pick);
  },
  names,
};
