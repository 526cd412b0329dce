// Circles to scale, by regions that grow smaller as one comes closer: by state from far, by priority zone and rest of
// state closer in, by municipality from near. Amounts of all months come once; a step says which month.

const LEVELS = ["state", "zone", "municipality"];
const levelAt = (zoom, { until }) => LEVELS.find((level) => zoom < until[level]);
const measureOf = (atlas, mark) => atlas.option(mark) || mark.usual;

// Cents up to each month, worked out when first asked for: whole numbers, so that nothing is lost.
function soFar(data, month) {
  data.sums_ = data.sums_ || [];
  for (let m = data.sums_.length; m <= month; m += 1) {
    const before = data.sums_[m - 1];
    data.sums_.push(data.cents[m].map((cents, i) => cents + (before ? before[i] : 0)));
  }
  return data.sums_[month];
}

function bits(text, count) {
  const bytes = atob(text);
  return Array.from({ length: count }, (_, i) => Boolean((bytes.charCodeAt(i >> 3) >> (7 - (i % 8))) & 1));
}

const known = new WeakMap();

// The regions of a level with what lies in each. Kept as long as the state.
function regions(level, state, mark, data) {
  if (!known.has(state)) known.set(state, {});
  const kept = known.get(state);
  kept[level] = kept[level] || (level === "municipality" ? apart(state, mark, data) : together(level, state, data));
  return kept[level];
}

function apart(state, { points }, data) {
  const now = soFar(data, state.month);
  const then = soFar(data, state.vs);
  const won = bits(state.reclaimed, now.length);
  return now.map((cents, i) => ({
    code: i,
    spot: points[i],
    total: cents / 100,
    people: data.people[i],
    since: (cents - then[i]) / 100,
    km2: won[i] ? data.km2[i] : 0,
  }));
}

const arrangementOf = (level, { month }, data) => data[level][level === "zone" ? data.arrangement[month] : 0];

function together(level, state, data) {
  const { spots, people } = arrangementOf(level, state, data);
  const won = new Map(state.won[level].map(([code, cents, km2]) => [code, { since: cents / 100, km2 }]));
  return data.sums[level][state.month]
    .map((cents, code) => ({
      code, spot: spots[code], total: cents / 100, people: people[code], since: 0, km2: 0, ...won.get(code),
    }))
    .filter(({ spot }) => spot);
}

function worth(region, measure) {
  if (measure === "total") return region.total;
  if (measure === "person") return region.people ? region.total / region.people : 0;
  return region.km2 ? region.since / region.km2 : 0;
}

// Where the country is small, as on a phone, circles shrink with it, and the key with them.
const shrunk = (zoom) => Math.max(0.55, Math.min(1, 2 ** ((zoom - 5) / 2)));

const radius = (amount, scale, { largest }) =>
  scale.most ? largest * Math.sqrt(Math.min(amount / scale.most, 1)) : 0;

// Regions with their circles, the largest first, so that small ones lie on top.
function circles(atlas, zoom, state, mark, data) {
  const level = levelAt(zoom, mark);
  const measure = measureOf(atlas, mark);
  const scale = mark.scales[measure][level];
  const found = regions(level, state, mark, data);
  for (const region of found) {
    const amount = worth(region, measure);
    region.r = amount > 0 ? Math.max(mark.dot, shrunk(zoom) * radius(amount, scale, mark)) : 0;
    region.beyond = amount > scale.most;
  }
  return found.filter(({ r }) => r > 0).sort((a, b) => b.r - a.r);
}

function ring(context, x, y, r, palette) {
  context.beginPath();
  context.arc(x, y, r, 0, 7);
  context.lineWidth = 3.8;
  context.strokeStyle = palette.moneyHalo;
  context.stroke();
  context.lineWidth = 1.5;
  context.strokeStyle = palette.moneyLine;
  context.stroke();
}

function draw({ atlas, context, paths, palette, box, zoom }, state, mark, data) {
  for (const { spot, r, beyond } of circles(atlas, zoom, state, mark, data)) {
    const [x, y] = paths.point(...spot);
    if (x < box[0] - r || x > box[2] + r || y < box[1] - r || y > box[3] + r) continue;
    // Hardly a fill, so that the class of control beneath keeps its colour.
    context.beginPath();
    context.arc(x, y, r, 0, 7);
    context.fillStyle = r > mark.dot ? palette.money : palette.moneyLine;
    context.fill();
    ring(context, x, y, r, palette);
    if (beyond) ring(context, x, y, r - 5, palette);
  }
}

function written(amount, forms, language) {
  const form = forms.find((each) => amount >= each.from);
  // Halves go to the even digit, as on the page.
  const digits = { minimumFractionDigits: form.digits, maximumFractionDigits: form.digits };
  const options = { ...digits, roundingMode: /** @type {const} */ ("halfEven") };
  return form.text.replace("{}", (amount / form.by).toLocaleString(language, options));
}

function rowsOf(region, { words, sums, rates, language }) {
  const won = region.km2 ? written(region.since / region.km2, rates, language) : words.none;
  return [
    [words.total, written(region.total, sums, language)],
    [words.person, region.people ? written(region.total / region.people, rates, language) : "\u2013"],
    [words.km2, won],
  ];
}

// Of two texts the one for the baseline or the one for a later month, whose number stands in it.
const said = ([baseline, later], month) => (month ? later.replace("{}", month) : baseline);

// A zone is what it is in the month shown; a state of which no part lies in one is whole at that level too.
function kindOf({ code }, level, state, mark, data) {
  const { words } = mark;
  if (code < data.zones) return said(words.zones, state.month);
  return arrangementOf(level, state, data).cut.includes(code) ? words.rest : words.state;
}

function hit(atlas, point, state, mark, data) {
  const level = levelAt(atlas.map.getZoom(), mark);
  if (level === "municipality") return null;
  const away = ([lon, lat]) => atlas.map.latLngToLayerPoint([lat, lon]).distanceTo(point);
  const found = circles(atlas, atlas.map.getZoom(), state, mark, data).reverse();
  const region = found.find(({ spot, r }) => away(spot) <= r);
  if (!region) return null;
  return {
    key: `circle ${region.code}`,
    title: mark.names[region.code],
    subtitle: kindOf(region, level, state, mark, data),
    rows: rowsOf(region, mark).slice(0, state.isAhead ? 2 : 3),
  };
}

function rows(atlas, area, state, mark, data) {
  const found = regions("municipality", state, mark, data)[area.index];
  return rowsOf(found, mark).slice(0, measureOf(atlas, mark) === mark.since ? 3 : 2);
}

// What the key on the map says: the circles of this zoom, and what lies on none.
function key(atlas, state, mark) {
  const zoom = atlas.map.getZoom();
  const measure = measureOf(atlas, mark);
  const level = levelAt(zoom, mark);
  const { titles, rows: entries } = mark.keys[measure][level];
  const { words, sums, rates, language, largest, dot } = mark;
  const say = (text, amount, forms = sums) => text.replace("{}", written(amount, forms, language));
  const least = mark.scales[measure][level].most * (dot / (largest * shrunk(zoom))) ** 2;
  const notes = [say(words.dots, least, measure === "total" ? sums : rates)];
  if (measure === mark.since) {
    const left = state.vs ? words.leftSince.replace("{month}", state.vs) : words.left;
    notes.push(say(words.bare, state.bare[level]), say(left, state.left[1]));
  } else if (!state.isAhead) {
    notes.push(say(words.left, state.left[0]));
  }
  return {
    title: said(titles, state.vs),
    rows: entries.map(([r, label]) => [r * shrunk(zoom), label]),
    notes,
  };
}

// Sums of another month are known at once; what is reclaimed by then, and what lies on no circle, the page knows.
const ahead = (atlas, state, month, mark) =>
  (measureOf(atlas, mark) === mark.since ? null : { ...state, month, isAhead: true });

export const circled = { marks: draw, rows, hit, key, ahead };
