// Outlines in the browser: decode a TopoJSON topology (format: TopoJSON 1.0
// specification, section 2) into arcs in Web Mercator, and answer the questions a
// map of shared boundaries asks: which arc lies between which areas, where is a point.

const WORLD = 256;
export const projectX = (lon) => ((lon + 180) / 360) * WORLD;
export const projectY = (lat) => {
  const s = Math.sin((lat * Math.PI) / 180);
  return (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * WORLD;
};

function decodeArc(arc, { scale, translate }) {
  const points = new Float64Array(arc.length * 2);
  let x = 0;
  let y = 0;
  for (let i = 0; i < arc.length; i += 1) {
    x += arc[i][0];
    y += arc[i][1];
    points[2 * i] = projectX(x * scale[0] + translate[0]);
    points[2 * i + 1] = projectY(y * scale[1] + translate[1]);
  }
  return points;
}

function polygonsOf(geometry) {
  if (geometry.type === "Polygon") return [geometry.arcs];
  return geometry.type === "MultiPolygon" ? geometry.arcs : [];
}

export const arcIndex = (reference) => (reference < 0 ? ~reference : reference);

function boundsOf(polygons, arcs) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const rings of polygons) {
    for (const reference of rings[0]) {
      const points = arcs[arcIndex(reference)];
      for (let i = 0; i < points.length; i += 2) {
        box[0] = Math.min(box[0], points[i]);
        box[1] = Math.min(box[1], points[i + 1]);
        box[2] = Math.max(box[2], points[i]);
        box[3] = Math.max(box[3], points[i + 1]);
      }
    }
  }
  return box;
}

function readAreas(object, arcs) {
  return object.geometries.map((geometry, index) => {
    const polygons = polygonsOf(geometry);
    return {
      index,
      id: geometry.id,
      properties: geometry.properties || {},
      polygons,
      box: boundsOf(polygons, arcs),
    };
  });
}

// How often each arc is used by a set of areas: 1 = outer boundary, 2 = between two.
function arcUse(areas, count) {
  const use = new Uint8Array(count);
  for (const area of areas) {
    for (const rings of area.polygons) {
      for (const ring of rings) for (const reference of ring) use[arcIndex(reference)] += 1;
    }
  }
  return use;
}

// Arcs around a set of areas taken as one.
export function outerArcs(areas, count) {
  const arcs = [];
  arcUse(areas, count).forEach((uses, arc) => uses === 1 && arcs.push(arc));
  return arcs;
}

function crossings(arcs, ring, x, y) {
  let inside = false;
  for (const reference of ring) {
    const points = arcs[arcIndex(reference)];
    for (let i = 2; i < points.length; i += 2) {
      const y0 = points[i - 1];
      const y1 = points[i + 1];
      if (y0 > y !== y1 > y) {
        const at = points[i - 2] + ((y - y0) / (y1 - y0)) * (points[i] - points[i - 2]);
        if (x < at) inside = !inside;
      }
    }
  }
  return inside;
}

export function contains(area, arcs, x, y) {
  const [x0, y0, x1, y1] = area.box;
  if (x < x0 || x > x1 || y < y0 || y > y1) return false;
  let inside = false;
  for (const rings of area.polygons) {
    for (const ring of rings) if (crossings(arcs, ring, x, y)) inside = !inside;
  }
  return inside;
}

// Boundaries by rank. Each arc is drawn once, in the strongest role it has.
function meshes(areas, states, context, arcs) {
  const byMunicipality = arcUse(areas, arcs.length);
  const byState = arcUse(states, arcs.length);
  const mesh = { municipal: [], state: [], coast: [], border: [] };
  byMunicipality.forEach((uses, arc) => {
    if (uses === 0) return;
    if (uses > 1) {
      mesh[byState[arc] > 1 ? "state" : "municipal"].push(arc);
      return;
    }
    // Neighbouring land reaches a little under the country, so an outer arc
    // that lies on it is a land border, and any other is coast.
    const points = arcs[arc];
    const middle = 2 * Math.floor(points.length / 4);
    const onLand = context.some((area) => contains(area, arcs, points[middle], points[middle + 1]));
    mesh[onLand ? "border" : "coast"].push(arc);
  });
  return mesh;
}

/** @returns {import("./types.js").Topology} */
export function decode(topology) {
  const arcs = topology.arcs.map((arc) => decodeArc(arc, topology.transform));
  const areas = readAreas(topology.objects.municipalities, arcs);
  const states = readAreas(topology.objects.states, arcs);
  const context = readAreas(topology.objects.context, arcs);
  return { arcs, areas, states, context, mesh: meshes(areas, states, context, arcs) };
}
