// Outlines: two squares side by side, cut from a topology whose shared edge is one arc.
import assert from "node:assert/strict";
import { test } from "node:test";

import { contains, decode, outerArcs, projectX, projectY } from "../../layers/web/topology.js";

const ring = (...arcs) => ({ type: "Polygon", arcs: [arcs] });

// Corners in steps of a tenth of a degree from 20° N, 100° W; the second square shares its western edge with the first.
const TOPOLOGY = {
  transform: { scale: [0.1, 0.1], translate: [-100, 20] },
  arcs: [
    [[10, 0], [0, 10]],
    [[10, 10], [-10, 0], [0, -10], [10, 0]],
    [[10, 10], [10, 0], [0, -10], [-10, 0]],
    [[-20, -20], [60, 0], [0, 20], [-60, 0], [0, -20]],
  ],
  objects: {
    municipalities: {
      geometries: [
        { ...ring(0, 1), id: "01001", properties: { n: "West" } },
        { ...ring(~0, ~2), id: "01002", properties: { n: "East" } },
      ],
    },
    states: { geometries: [{ ...ring(1, ~2), id: "01" }] },
    context: { geometries: [ring(3)] },
  },
};
const decoded = decode(TOPOLOGY);
const at = (lon, lat) => [projectX(lon), projectY(lat)];

test("a point lies in one of two areas that share an edge", () => {
  for (const [lon, lat, expected] of [[-99.5, 20.5, ["01001"]], [-98.5, 20.5, ["01002"]], [-97.5, 20.5, []]]) {
    const found = decoded.areas.filter((area) => contains(area, decoded.arcs, ...at(lon, lat)));
    assert.deepEqual(found.map(({ id }) => id), expected);
  }
});

test("an area's box holds its corners", () => {
  const [x0, y0, x1, y1] = decoded.areas[0].box;
  const [west, north] = at(-100, 21);
  const [east, south] = at(-99, 20);
  for (const [found, wanted] of [[x0, west], [y0, north], [x1, east], [y1, south]]) {
    assert.ok(Math.abs(found - wanted) < 1e-9);
  }
});

test("an edge between two areas lies inside both taken as one", () => {
  assert.deepEqual(outerArcs(decoded.areas, decoded.arcs.length), [1, 2]);
  assert.deepEqual(outerArcs([decoded.areas[0]], decoded.arcs.length), [0, 1]);
});

test("each edge has its strongest role", () => {
  assert.deepEqual(decoded.mesh.municipal, [0]);
  assert.deepEqual(decoded.mesh.state, []);
  assert.deepEqual([...decoded.mesh.coast, ...decoded.mesh.border].sort(), [1, 2]);
});
