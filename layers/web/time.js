// Time over the whole plan: a bar with the phases as bands. Dragging repaints the map, resting tells the page.

// How long a bar that is moved with keys must rest before the page is asked.
const REST_MS = 250;
const PLAY_MS = 450;

export const monthName = ({ words }, month) => (month ? words.month.replace("{}", month) : words.baseline);

const phaseOf = ({ phases }, month) => phases.find(({ first, last }) => first <= month && month <= last);

// The month with its phase, as it is read aloud.
function spoken(manifest, month) {
  const phase = phaseOf(manifest, month);
  return phase ? `${monthName(manifest, month)}, ${phase.name}: ${phase.title}` : monthName(manifest, month);
}

export class Bar {
  constructor(board) {
    this.board = board;
    this.manifest = board.manifest;
    const { words } = this.manifest;
    this.last = this.manifest.months;
    this.root = L.DomUtil.create("div", "atlas-time", board.host);
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", words.time);
    this.back = this.button("\u2039", words.monthBack, () => this.go(this.month - 1));
    this.play = this.player();
    this.range = this.track();
    this.forward = this.button("\u203a", words.monthOn, () => this.go(this.month + 1));
  }

  get month() {
    return Number(this.range.value);
  }

  get isMoving() {
    return Boolean(this.dragging || this.playing);
  }

  button(sign, label, act) {
    const button = L.DomUtil.create("button", "", this.root);
    button.type = "button";
    button.textContent = sign;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    return button;
  }

  // Nothing moves by itself unless asked, and never for people who want less of it.
  player() {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return null;
    const button = this.button("\u25b7", this.manifest.words.play, () => (this.playing ? this.pause() : this.run()));
    button.setAttribute("aria-pressed", "false");
    return button;
  }

  track() {
    const { phases, words } = this.manifest;
    const track = L.DomUtil.create("div", "atlas-track", this.root);
    const bands = L.DomUtil.create("div", "atlas-bands", track);
    bands.setAttribute("aria-hidden", "true");
    phases.forEach(({ first, last, name, title }, index) => {
      const band = L.DomUtil.create("span", "", bands);
      Object.assign(band.style, { left: this.share(first - 1), width: this.share(last - first + 1) });
      band.textContent = name;
      band.title = title;
      band.dataset.number = index + 1;
    });
    const range = L.DomUtil.create("input", "", track);
    Object.assign(range, { type: "range", min: 0, max: this.last, step: 1, value: 0 });
    range.setAttribute("aria-label", words.monthBar);
    range.addEventListener("input", () => this.preview());
    range.addEventListener("pointerdown", () => { this.dragging = true; });
    for (const done of ["pointerup", "pointercancel"]) range.addEventListener(done, () => { this.dragging = false; });
    range.addEventListener("change", () => this.rest(this.dragging ? 0 : REST_MS));
    this.said = L.DomUtil.create("output", "", track);
    return range;
  }

  share(months) {
    return `${(100 * months) / this.last}%`;
  }

  // The month that is painted, unless the reader has hold of the bar.
  follow(month) {
    if (!this.isMoving) this.show(month);
  }

  show(month) {
    this.range.value = String(month);
    this.range.setAttribute("aria-valuetext", spoken(this.manifest, month));
    this.said.textContent = monthName(this.manifest, month);
    this.said.style.left = this.share(month);
    this.back.disabled = month === 0;
    this.forward.disabled = month === this.last;
  }

  preview() {
    this.show(this.month);
    this.board.preview(this.month);
  }

  go(month) {
    this.pause();
    this.range.value = String(month);
    this.preview();
    this.rest(REST_MS);
  }

  rest(after) {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.board.tell({ month: this.month }), after);
  }

  run() {
    if (this.month === this.last) this.range.value = "0";
    this.playing = window.setInterval(() => {
      if (this.month === this.last) {
        this.pause();
        return;
      }
      this.range.value = String(this.month + 1);
      this.preview();
    }, PLAY_MS);
    this.press(true);
  }

  pause() {
    if (!this.playing) return;
    window.clearInterval(this.playing);
    this.playing = null;
    this.press(false);
    this.rest(0);
  }

  remove() {
    window.clearInterval(this.playing);
    window.clearTimeout(this.waiting);
  }

  press(on) {
    const { play, pause } = this.manifest.words;
    this.play.setAttribute("aria-pressed", String(on));
    this.play.textContent = on ? "\u2225" : "\u25b7";
    this.play.title = on ? pause : play;
    this.play.setAttribute("aria-label", this.play.title);
  }
}
