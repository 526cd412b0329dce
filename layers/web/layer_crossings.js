// Border crossings: shape by what a crossing is built for, area by the port's own traffic.
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

  const radius = (crossing, zoom) => (crossing.share === null ? 3 : 3 + 10 * Math.sqrt(crossing.share)) *
    Math.max(0.45, Math.min(1.5, (zoom - 2) / 4.5));

  function draw({ context, paths, palette, zoom, box }, state, constants) {
    for (const crossing of constants.points) {
      const [x, y] = paths.point(crossing.lon, crossing.lat);
      if (x < box[0] - 20 || x > box[2] + 20 || y < box[1] - 20 || y > box[3] + 20) continue;
      shape(context, crossing.kind, x, y, radius(crossing, zoom));
      context.fillStyle = crossing.share === null ? palette.crossingEmpty : palette.crossing;
      context.globalAlpha = 0.85;
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = 1.2;
      context.strokeStyle = crossing.share === null ? palette.crossingLine : palette.halo;
      context.stroke();
    }
  }

  function hit(atlas, point, state, constants) {
    const zoom = atlas.map.getZoom();
    let best = null;
    for (const crossing of constants.points) {
      const at = atlas.map.latLngToLayerPoint([crossing.lat, crossing.lon]);
      const distance = at.distanceTo(point);
      const reach = Math.max(6, radius(crossing, zoom) + 2);
      if (distance <= reach && (!best || distance < best.distance)) best = { crossing, distance };
    }
    if (!best) return null;
    const { id, title, subtitle, rows } = best.crossing;
    return { key: `crossing ${id}`, title, subtitle, rows };
  }

  Atlas.layer("crossings", { order: 40, marks: draw, hit });
})();
