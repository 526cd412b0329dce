// Border detection: a picture of the strip, made for the month, laid between its corners.
(() => {
  "use strict";

  const KEPT = 12;
  // Pictures lie beside this script.
  const here = document.currentScript.src;
  const pictures = new Map();
  const drawn = new WeakMap();

  // A picture is fetched and decoded once; the map is repainted when it is there.
  function picture(atlas, name) {
    if (pictures.has(name)) return pictures.get(name);
    if (pictures.size >= KEPT) pictures.delete(pictures.keys().next().value);
    const entry = { image: new Image(), ready: false, failed: false };
    pictures.set(name, entry);
    entry.image.src = new URL(name, here).href;
    const done = (outcome) => {
      Object.assign(entry, outcome);
      if (entry.failed) pictures.delete(name);
      if (atlas.shown("detection")) atlas.surfaces.overlay.redraw();
    };
    entry.image.decode().then(() => done({ ready: true }), () => done({ failed: true }));
    return entry;
  }

  // Until a month's picture is decoded the one before stays, so nothing blinks.
  function draw({ atlas, context, paths }, state, constants) {
    const name = state.pictures[atlas.dark ? "dark" : "light"];
    const wanted = picture(atlas, name);
    if (wanted.ready) drawn.set(atlas, wanted.image);
    const image = drawn.get(atlas);
    if (!image) return;
    const [[south, west], [north, east]] = constants.bounds;
    const [left, low] = paths.point(west, south);
    const [right, top] = paths.point(east, north);
    const smooth = context.imageSmoothingEnabled;
    // Cells keep their edges when enlarged, and no row of them is lost when shrunk.
    context.imageSmoothingEnabled = (right - left) * window.devicePixelRatio < image.naturalWidth;
    context.drawImage(image, left, top, right - left, low - top);
    context.imageSmoothingEnabled = smooth;
  }

  function rows(atlas, area, state, constants) {
    const mean = state.means[constants.keys.indexOf(area.id)];
    return mean === undefined ? [] : [[constants.title, `${mean.toFixed(1)} %`]];
  }

  Atlas.layer("detection", { order: 25, overlay: draw, rows });
})();
