// Money by municipality: amounts of all months come once, and sums up to a month are made of them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { circled } from "../../layers/web/circles.js";

const sums = [{ from: 1e6, by: 1e6, digits: 1, text: "US$ {} million" }, { from: 0, by: 1, digits: 0, text: "US$ {}" }];
const MARK = {
  points: [[-100, 20], [-99, 21]],
  usual: "total",
  since: "km2",
  sums,
  rates: sums,
  language: "en",
  words: { total: "Delivered (invented)", person: "per person", km2: "per km²", none: "none" },
};
const data = () => ({ cents: [[0, 0], [100, 0], [250_000_000, 5000]], people: [1000, 0], km2: [10, 20] });
const state = (month, vs = 0) => ({ month, vs, reclaimed: "gA==" }); // the first of two
const rows = (month, place, measure) =>
  circled.rows({ option: () => measure }, { index: place }, state(month), MARK, data()).map(([, value]) => value);

test("amounts add up to the month", () => {
  assert.deepEqual(rows(0, 0), ["US$ 0", "US$ 0"]);
  assert.deepEqual(rows(1, 0), ["US$ 1", "US$ 0"]);
  assert.deepEqual(rows(2, 0), ["US$ 2.5 million", "US$ 2,500"]);
});

test("where nobody lives there is no amount per person", () => {
  assert.deepEqual(rows(2, 1), ["US$ 50", "\u2013"]);
});

test("money per square kilometre is told of what was reclaimed", () => {
  assert.deepEqual(rows(2, 0, "km2"), ["US$ 2.5 million", "US$ 2,500", "US$ 250,000"]);
  assert.deepEqual(rows(2, 1, "km2")[2], "none");
});

test("ahead of the page sums are known and money per square kilometre is not", () => {
  assert.equal(circled.ahead({ option: () => "km2" }, state(1), 2, MARK), null);
  assert.deepEqual(circled.ahead({ option: () => "total" }, state(1), 2, MARK), { ...state(1), month: 2, isAhead: true });
});
