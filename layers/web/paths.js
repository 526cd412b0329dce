// Drawing paths for one zoom level. Points closer than a fraction of a pixel are
// dropped arc by arc, so neighbours keep meeting in the same points.
import { arcIndex, projectX, projectY } from "./topology.js";

const NEAR = 0.6;

function thin(points, scale, originX, originY) {
  const last = points.length - 2;
  const kept = [points[0] * scale - originX, points[1] * scale - originY];
  for (let i = 2; i < last; i += 2) {
    const x = points[i] * scale - originX;
    const y = points[i + 1] * scale - originY;
    const dx = x - kept[kept.length - 2];
    const dy = y - kept[kept.length - 1];
    if (dx * dx + dy * dy > NEAR * NEAR) kept.push(x, y);
  }
  if (last > 0) kept.push(points[last] * scale - originX, points[last + 1] * scale - originY);
  return kept;
}

export class Paths {
  // `zoom` may be fractional; coordinates are pixels from `origin`, the middle of the country.
  constructor(topology, zoom) {
    this.topology = topology;
    this.scale = 2 ** zoom;
    this.originX = Math.round(projectX(-102) * this.scale);
    this.originY = Math.round(projectY(24) * this.scale);
    this.arcs = new Array(topology.arcs.length);
    this.areaPaths = new Map();
    this.lines = new Map();
  }

  arc(index) {
    if (!this.arcs[index]) {
      this.arcs[index] = thin(this.topology.arcs[index], this.scale, this.originX, this.originY);
    }
    return this.arcs[index];
  }

  traceRing(path, ring) {
    let first = true;
    for (const reference of ring) {
      const points = this.arc(arcIndex(reference));
      const forward = reference >= 0;
      for (let i = 0; i < points.length; i += 2) {
        const at = forward ? i : points.length - 2 - i;
        if (first) path.moveTo(points[at], points[at + 1]);
        else if (i > 0) path.lineTo(points[at], points[at + 1]);
        first = false;
      }
    }
    path.closePath();
  }

  area(area) {
    let path = this.areaPaths.get(area);
    if (!path) {
      path = new Path2D();
      for (const rings of area.polygons) for (const ring of rings) this.traceRing(path, ring);
      this.areaPaths.set(area, path);
    }
    return path;
  }

  // One path of many areas: filled at once, so no seam shows between equals.
  union(areas) {
    const path = new Path2D();
    for (const area of areas) path.addPath(this.area(area));
    return path;
  }

  line(arcs) {
    const path = new Path2D();
    for (const index of arcs) {
      const points = this.arc(index);
      path.moveTo(points[0], points[1]);
      for (let i = 2; i < points.length; i += 2) path.lineTo(points[i], points[i + 1]);
    }
    return path;
  }

  mesh(name) {
    if (!this.lines.has(name)) this.lines.set(name, this.line(this.topology.mesh[name]));
    return this.lines.get(name);
  }

  point(lon, lat) {
    return [
      projectX(lon) * this.scale - this.originX,
      projectY(lat) * this.scale - this.originY,
    ];
  }
}
