// Border crossings: shape by what a crossing is built for, area by the port's own traffic; a ring where an upgrade is in
// service, a hollow plus for a crossing that the plan would open.
(() => {
  "use strict";

  function shape(context, kind, x, y, r) {
    context.beginPath();
    if (kind === "truck") context.rect(x - r * 0.89, y - r * 0.89, r * 1.78, r * 1.78);
    else if (kind === "rail") {
      context.moveTo(x, y - r * 1.25);
      context.lineTo(x + r * 1.25, y);
      context.lineTo(x, y + r * 1.25);
      context.lineTo(x - r * 1.25, y);
      context.closePath();
    } else if (kind === "pedestrian") {
      context.moveTo(x, y - r * 1.35);
      context.lineTo(x + r * 1.17, y + r * 0.68);
      context.lineTo(x - r * 1.17, y + r * 0.68);
      context.closePath();
    } else context.arc(x, y, r, 0, 7);
  }

  // Radii and the numbers of the rule come with the data, see layers/crossings.py: the picture has the same.
  const scaleOf = (sizes, zoom) => Math.max(sizes.small, Math.min(sizes.large, (zoom - sizes.from) / sizes.over));
  const radius = (sizes, crossing, zoom) => crossing.radius * scaleOf(sizes, zoom);
  const ringOf = (sizes, crossing, zoom) => radius(sizes, crossing, zoom) * sizes.reaches[crossing.kind] + sizes.ring;
  const reachOf = (sizes, zoom) => sizes.new * scaleOf(sizes, zoom);

  // The outline of a plus, its arms half as wide as they are long.
  function plus(context, x, y, reach) {
    const arm = reach * 0.36;
    const corners = [[-arm, -reach], [arm, -reach], [arm, -arm], [reach, -arm], [reach, arm], [arm, arm]];
    context.beginPath();
    for (const [dx, dy] of [...corners, ...corners.map(([dx, dy]) => [-dx, -dy])]) context.lineTo(x + dx, y + dy);
    context.closePath();
  }

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

  function draw({ context, paths, palette, zoom, box }, state, constants) {
    const { sizes } = constants;
    const upgraded = new Set(state.upgraded.map(([position]) => position));
    const away = (x, y) => x < box[0] - 20 || x > box[2] + 20 || y < box[1] - 20 || y > box[3] + 20;
    for (const crossing of constants.points) {
      const [x, y] = paths.point(crossing.lon, crossing.lat);
      if (away(x, y)) continue;
      if (upgraded.has(crossing.position)) {
        context.beginPath();
        context.arc(x, y, ringOf(sizes, crossing, zoom), 0, 7);
        outlined(context, palette);
      }
      shape(context, crossing.kind, x, y, radius(sizes, crossing, zoom));
      context.fillStyle = crossing.share === null ? palette.crossingEmpty : palette.crossing;
      context.globalAlpha = 0.85;
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = 1.2;
      context.strokeStyle = crossing.share === null ? palette.crossingLine : palette.halo;
      context.stroke();
    }
    for (const position of state.new) {
      const crossing = constants.new[position];
      const [x, y] = paths.point(crossing.lon, crossing.lat);
      if (away(x, y)) continue;
      plus(context, x, y, reachOf(sizes, zoom));
      outlined(context, palette, palette.crossingEmpty);
    }
  }

  function hit(atlas, point, state, constants) {
    const zoom = atlas.map.getZoom();
    const { sizes } = constants;
    let best = null;
    const offer = (crossing, reach, rows) => {
      const distance = atlas.map.latLngToLayerPoint([crossing.lat, crossing.lon]).distanceTo(point);
      if (distance <= Math.max(6, reach) && (!best || distance < best.distance)) best = { crossing, distance, rows };
    };
    const stages = new Map(state.upgraded);
    for (const crossing of constants.points) {
      const stage = stages.get(crossing.position);
      const added = stage ? constants.upgrades[crossing.position][stage - 1] : [];
      offer(crossing, stage ? ringOf(sizes, crossing, zoom) + 2 : radius(sizes, crossing, zoom) + 2, added);
    }
    for (const position of state.new) offer(constants.new[position], reachOf(sizes, zoom) + 2, []);
    if (!best) return null;
    const { id, title, subtitle, rows } = best.crossing;
    return { key: `crossing ${id}`, title, subtitle, rows: [...rows, ...best.rows] };
  }

  Atlas.layer("crossings", { order: 40, marks: draw, hit });
})();
