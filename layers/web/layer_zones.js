// Priority zones: an outline around their municipalities and a light hatch.
(() => {
  "use strict";

  function draw({ atlas, context, paths, palette }, state, { arrangements }) {
    for (const zone of arrangements[state]) {
      const areas = zone.members.map((index) => atlas.topology.areas[index]);
      context.fillStyle = AtlasPatterns.pattern(context, "posts", palette.zoneHatch, 8);
      context.fill(paths.union(areas), "evenodd");
      const path = paths.line(AtlasTopology.outerArcs(areas, atlas.topology.arcs.length));
      context.lineJoin = "round";
      context.strokeStyle = palette.halo;
      context.lineWidth = 3.6;
      context.globalAlpha = 0.75;
      context.stroke(path);
      context.globalAlpha = 1;
      context.strokeStyle = palette.zone;
      context.lineWidth = 1.7;
      context.setLineDash(zone.ending ? [5, 3] : []);
      context.stroke(path);
      context.setLineDash([]);
    }
  }

  Atlas.layer("zones", {
    order: 30,
    overlay: draw,
    rows: (atlas, area, state, constants) =>
      constants.arrangements[state]
        .filter((zone) => zone.members.includes(area.index))
        .map((zone) => [constants.title, `${constants.zones[zone.id].name} (${constants.zones[zone.id].months})`]),
  });
})();
