// A canvas over the map, painted anew or touched up.
import "./leaflet.js";

// Safari has no idle callbacks.
const later = (work) => (window.requestIdleCallback ? window.requestIdleCallback(work) : setTimeout(work, 500));
const sooner = (handle) => (window.cancelIdleCallback ? window.cancelIdleCallback(handle) : clearTimeout(handle));

// A canvas that follows the map the way Leaflet's own renderers do. It takes the place of what those keep to themselves
// (`_update`, `_initContainer`, `_bounds`), which tests/browser/test_maps.py asks for.
const { prototype } = /** @type {any} */ (L.Renderer);

/** @type {any} */
export const Surface = L.Renderer.extend({
  initialize(paint, options) {
    prototype.initialize.call(this, { padding: 0.15, ...options });
    this.paint = paint;
    this.painted = new Map();
  },
  onRemove() {
    this.fresh();
    prototype.onRemove.call(this);
  },
  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
    this.context = this._container.getContext("2d");
  },
  _destroyContainer() {
    this._container.remove();
  },
  _updatePaths() {},
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    prototype._update.call(this);
    const size = this._bounds.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    const [width, height] = [Math.round(ratio * size.x), Math.round(ratio * size.y)];
    if (this._container.width !== width || this._container.height !== height) {
      this._container.width = width;
      this._container.height = height;
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
    }
    this.ratio = ratio;
    this.redraw();
  },
  redraw() {
    if (!this._map || !this._bounds) return;
    this.fresh();
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, this._container.width, this._container.height);
    this.draw(this.paint);
  },
  draw(paint) {
    const { context, ratio } = this;
    context.setTransform(ratio, 0, 0, ratio, -this._bounds.min.x * ratio, -this._bounds.min.y * ratio);
    paint(context, this._bounds);
  },
  // What was touched up differs from a fresh picture by a hair along the edges, so it is painted afresh when the
  // page has time.
  touchUp(paint) {
    this.draw(paint);
    this.fresh();
    this.tidying = later(() => this.redraw());
  },
  fresh() {
    if (this.tidying) sooner(this.tidying);
    this.tidying = null;
  },
});
