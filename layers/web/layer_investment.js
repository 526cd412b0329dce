// Investment: circles, their area the money delivered, by state from far, by priority zone and rest of state closer in,
// by municipality from near. The amounts of all months come once; a step says which month.
(() => {
  "use strict";

  const LEVELS = ["state", "zone", "municipality"];
  const levelAt = (zoom, { until }) => LEVELS.find((level) => zoom < until[level]);
  const measureOf = (atlas) => atlas.option("investment") || "total";

  // Cents up to each month, worked out when first asked for: whole numbers, so that nothing is lost.
  function soFar(data, month) {
    data.sums = data.sums || [];
    for (let m = data.sums.length; m <= month; m += 1) {
      const before = data.sums[m - 1];
      data.sums.push(data.cents[m].map((cents, i) => cents + (before ? before[i] : 0)));
    }
    return data.sums[month];
  }

  function bits(text, count) {
    const bytes = atob(text);
    return Array.from({ length: count }, (_, i) => Boolean((bytes.charCodeAt(i >> 3) >> (7 - (i % 8))) & 1));
  }

  // The regions of a level: code and place, with the sums of what lies in each. Kept until the next step.
  function regions(level, state, constants, data) {
    data.kept = data.kept && data.kept.step === state ? data.kept : { step: state };
    data.kept[level] = data.kept[level] || added(level, state, constants, data);
    return data.kept[level];
  }

  function added(level, state, constants, data) {
    const now = soFar(data, state.month);
    const then = soFar(data, state.vs);
    const won = bits(state.reclaimed, now.length);
    const apart = level === "municipality";
    const arrangement = level === "zone" ? data.zone[data.arrangement[state.month]] : data.state;
    const found = new Map();
    for (let i = 0; i < now.length; i += 1) {
      const code = apart ? i : arrangement.codes[i];
      if (!found.has(code)) {
        const spot = apart ? constants.points[i] : arrangement.spots[code];
        found.set(code, { code, spot, total: 0, people: 0, since: 0, km2: 0 });
      }
      const region = found.get(code);
      region.total += now[i];
      region.people += data.people[i];
      region.since += now[i] - then[i];
      region.km2 += won[i] ? data.km2[i] : 0;
    }
    for (const region of found.values()) {
      region.total /= 100;
      region.since /= 100;
    }
    return [...found.values()];
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
  function circles(atlas, zoom, state, constants, data) {
    const level = levelAt(zoom, constants);
    const measure = measureOf(atlas);
    const scale = constants.scales[measure][level];
    const found = regions(level, state, constants, data);
    for (const region of found) {
      const amount = worth(region, measure);
      region.r = amount > 0 ? Math.max(constants.dot, shrunk(zoom) * radius(amount, scale, constants)) : 0;
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

  function draw({ atlas, context, paths, palette, box, zoom }, state, constants, data) {
    for (const { spot, r, beyond } of circles(atlas, zoom, state, constants, data)) {
      const [x, y] = paths.point(...spot);
      if (x < box[0] - r || x > box[2] + r || y < box[1] - r || y > box[3] + r) continue;
      // Hardly a fill, so that the class of control beneath keeps its colour.
      context.beginPath();
      context.arc(x, y, r, 0, 7);
      context.fillStyle = r > constants.dot ? palette.money : palette.moneyLine;
      context.fill();
      ring(context, x, y, r, palette);
      if (beyond) ring(context, x, y, r - 5, palette);
    }
  }

  function written(amount, forms, language) {
    const form = forms.find((each) => amount >= each.from);
    // Halves go to the even digit, as on the page.
    const digits = { minimumFractionDigits: form.digits, maximumFractionDigits: form.digits };
    const options = { ...digits, roundingMode: "halfEven" };
    return form.text.replace("{}", (amount / form.by).toLocaleString(language, options));
  }

  function rowsOf(region, { words, sums, rates, language }) {
    const won = region.km2 ? written(region.since / region.km2, rates, language) : words.none;
    return [
      [`${words.total} (${words.invented})`, written(region.total, sums, language)],
      [words.person, region.people ? written(region.total / region.people, rates, language) : "\u2013"],
      [words.km2, won],
    ];
  }

  const monthName = (month, { words }) => (month ? words.month.replace("{}", month) : words.baseline);

  // A zone is what it is in the month shown; a state of which no part lies in one is whole at that level too.
  function kindOf({ code }, level, state, constants, data) {
    const { words } = constants;
    if (code < data.zones) return words.zone.replace("{}", monthName(state.month, constants));
    const { codes } = data.zone[data.arrangement[state.month]];
    const isCut = level === "zone" && data.state.codes.some((each, i) => each === code && codes[i] !== code);
    return isCut ? words.rest : words.state;
  }

  function hit(atlas, point, state, constants, data) {
    const level = levelAt(atlas.map.getZoom(), constants);
    if (level === "municipality") return null;
    const found = circles(atlas, atlas.map.getZoom(), state, constants, data).reverse();
    const region = found.find(({ spot: [lon, lat], r }) => atlas.map.latLngToLayerPoint([lat, lon]).distanceTo(point) <= r);
    if (!region) return null;
    return {
      key: `investment ${region.code}`,
      title: data.names[region.code],
      subtitle: kindOf(region, level, state, constants, data),
      rows: rowsOf(region, constants),
    };
  }

  function rows(atlas, area, state, constants, data) {
    const found = regions("municipality", state, constants, data)[area.index];
    return rowsOf(found, constants).slice(0, measureOf(atlas) === "km2" ? 3 : 2);
  }

  // What the key on the map says: the circles of this zoom, and what lies on none.
  function key(atlas, state, constants, data) {
    const zoom = atlas.map.getZoom();
    const measure = measureOf(atlas);
    const level = levelAt(zoom, constants);
    const { title, rows: entries } = constants.keys[measure][level];
    const { words, sums, rates, language, largest, dot } = constants;
    const say = (text, amount, forms = sums) => text.replace("{}", written(amount, forms, language));
    const least = constants.scales[measure][level].most * (dot / (largest * shrunk(zoom))) ** 2;
    const notes = [say(words.dots, least, measure === "total" ? sums : rates)];
    if (measure === "km2") {
      const bare = regions(level, state, constants, data).filter(({ km2 }) => !km2);
      notes.push(say(words.bare, bare.reduce((sum, { since }) => sum + since, 0)), say(state.vs ? words.leftSince.replace("{month}", monthName(state.vs, constants)) : words.left, state.left[1]));
    } else {
      notes.push(say(words.left, state.left[0]));
    }
    return {
      title: `${title.replace("{}", monthName(state.vs, constants))} (${words.invented})`,
      rows: entries.map(([r, label]) => [r * shrunk(zoom), label]),
      notes,
    };
  }

  Atlas.layer("investment", { order: 34, fromData: true, marks: draw, rows, hit, key });
})();
