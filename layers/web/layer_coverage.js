// Border coverage: the northern line by sector, its colour the share covered.
(() => {
  "use strict";

  function trace(paths, lines) {
    const path = new Path2D();
    for (const line of lines) {
      line.forEach(([lon, lat], index) => {
        const [x, y] = paths.point(lon, lat);
        if (index === 0) path.moveTo(x, y);
        else path.lineTo(x, y);
      });
    }
    return path;
  }

  function draw({ context, paths, palette, zoom, atlas }, state, constants) {
    const colours = constants.colours[atlas.dark ? "dark" : "light"];
    const width = zoom < 6 ? 4.5 : 6.5;
    context.lineJoin = "round";
    context.lineCap = "butt";
    constants.sectors.forEach((sector, index) => {
      const path = trace(paths, sector.lines);
      context.strokeStyle = palette.border;
      context.lineWidth = width + 2;
      context.stroke(path);
      context.strokeStyle = colours[state[index][0]];
      context.lineWidth = width;
      context.stroke(path);
    });
  }

  function distance(point, a, b) {
    const span = b.subtract(a);
    const length = span.x * span.x + span.y * span.y;
    const along = length ? ((point.x - a.x) * span.x + (point.y - a.y) * span.y) / length : 0;
    const t = Math.max(0, Math.min(1, along));
    return point.distanceTo(a.add(span.multiplyBy(t)));
  }

  function hit(atlas, point, state, constants) {
    const at = ([lon, lat]) => atlas.map.latLngToLayerPoint([lat, lon]);
    for (const [index, sector] of constants.sectors.entries()) {
      for (const line of sector.lines) {
        for (let i = 1; i < line.length; i += 1) {
          if (distance(point, at(line[i - 1]), at(line[i])) < 5) {
            const share = `${Math.round(state[index][1] * 100)} %`;
            return {
              key: `sector ${index}`,
              title: sector.name,
              subtitle: constants.title,
              rows: [[constants.covered, share]],
            };
          }
        }
      }
    }
    return null;
  }

  Atlas.layer("coverage", { order: 36, marks: draw, hit });
})();
