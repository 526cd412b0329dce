// Investment: a circle a municipality, its area the money delivered there so far. A sum has one size at every zoom.
(() => {
  "use strict";

  // Dollars to three digits: two signs each, 0 for nothing, then 900 steps a decade from 100 dollars up.
  function amounts(state, { signs }) {
    const worth = new Map([...signs].map((sign, index) => [sign, index]));
    const found = new Array(state.length / 2);
    for (let i = 0; i < found.length; i += 1) {
      const rank = worth.get(state[2 * i]) * signs.length + worth.get(state[2 * i + 1]) - 1;
      found[i] = rank < 0 ? 0 : (100 + (rank % 900)) * 10 ** Math.floor(rank / 900);
    }
    return found;
  }

  function draw({ context, paths, palette, box }, state, constants) {
    if (!constants.most) return;
    const values = amounts(state, constants);
    const order = [...values.keys()].filter((index) => values[index] > 0).sort((a, b) => values[b] - values[a]);
    for (const index of order) {
      const [x, y] = paths.point(...constants.points[index]);
      const r = constants.largest * Math.sqrt(values[index] / constants.most);
      if (r < 0.35 || x < box[0] - r || x > box[2] + r || y < box[1] - r || y > box[3] + r) continue;
      context.beginPath();
      context.arc(x, y, r, 0, 7);
      context.fillStyle = palette.money;
      context.fill();
      if (r < 2) continue;
      context.lineWidth = 1.1;
      context.strokeStyle = palette.moneyLine;
      context.stroke();
    }
  }

  function rowOf(atlas, area, state, constants) {
    const [dollars] = amounts(state.slice(2 * area.index, 2 * area.index + 2), constants);
    const written = (dollars / 1e6).toLocaleString(constants.language, { maximumSignificantDigits: 3 });
    return [[constants.title, constants.amount.replace("{}", written)]];
  }

  Atlas.layer("investment", { order: 34, marks: draw, rows: rowOf });
})();
