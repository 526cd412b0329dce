// Sensor sites, at the internal level of release only: devices as points, cables as dashed stretches.
(() => {
  "use strict";

  function draw({ context, paths, palette, zoom }, state, constants) {
    const size = zoom < 6 ? 1.8 : 3;
    for (const index of state) {
      const { line, points } = constants.deployments[index];
      const places = points.map(([lon, lat]) => paths.point(lon, lat));
      context.beginPath();
      if (line) {
        places.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
        context.setLineDash([3, 3]);
        context.lineWidth = 1.4;
        context.strokeStyle = palette.halo;
        context.stroke();
        context.setLineDash([]);
        continue;
      }
      for (const [x, y] of places) {
        context.moveTo(x + size, y);
        context.arc(x, y, size, 0, 7);
      }
      context.fillStyle = palette.halo;
      context.fill();
      context.lineWidth = 1;
      context.strokeStyle = palette.border;
      context.stroke();
    }
  }

  function hit(atlas, point, state, constants) {
    let best = null;
    for (const index of state) {
      for (const [lon, lat] of constants.deployments[index].points) {
        const distance = atlas.map.latLngToLayerPoint([lat, lon]).distanceTo(point);
        if (distance <= 6 && (!best || distance < best.distance)) best = { index, distance };
      }
    }
    if (!best) return null;
    const { title, rows } = constants.deployments[best.index];
    return { key: `site ${best.index}`, title, subtitle: constants.subtitle, rows };
  }

  Atlas.layer("sites", { order: 38, marks: draw, hit });
})();
