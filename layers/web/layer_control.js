// Control: seven classes, one character a municipality.
(() => {
  "use strict";

  // Areas by class; also used by the change layer.
  function byCode(view, codes) {
    const groups = new Map();
    for (const area of view.visible) {
      const code = codes[area.index];
      if (!groups.has(code)) groups.set(code, []);
      groups.get(code).push(area);
    }
    return groups;
  }

  function fillClasses(view, codes, classes) {
    const { context, paths, atlas } = view;
    const groups = byCode(view, codes);
    const shade = atlas.dark ? "dark" : "light";
    for (const entry of classes) {
      const areas = groups.get(entry.code);
      if (!areas || !entry.colour) continue;
      const path = paths.union(areas);
      context.fillStyle = entry.colour[shade];
      context.fill(path, "evenodd");
      // A hair of the same colour closes the anti-aliasing gap to other classes.
      context.strokeStyle = entry.colour[shade];
      context.lineWidth = 0.7;
      context.stroke(path);
      if (entry.pattern) {
        context.fillStyle = AtlasPatterns.pattern(context, entry.pattern, entry.ink[shade]);
        context.fill(path, "evenodd");
      }
    }
  }

  // The areas of other colour than before; null where one has to be wiped.
  function recoloured(areas, before, codes, constants) {
    const coloured = new Set(constants.classes.filter(({ colour }) => colour).map(({ code }) => code));
    const found = areas.filter(({ index }) => before[index] !== codes[index]);
    return found.every(({ index }) => coloured.has(codes[index])) ? found : null;
  }

  // Over the classes a change is a hatch and an outline, so that both can be read.
  function markChanges(view, codes, constants) {
    const { context, paths, atlas } = view;
    for (const entry of constants.classes.filter(({ edge }) => edge)) {
      const areas = byCode(view, codes).get(entry.code);
      if (!areas) continue;
      context.fillStyle = AtlasPatterns.pattern(context, entry.pattern, entry.over);
      context.fill(paths.union(areas), "evenodd");
      const path = paths.line(AtlasTopology.outerArcs(areas, atlas.topology.arcs.length));
      context.lineJoin = "round";
      for (const [colour, width] of [[constants.halo, 3.4], [entry.edge, 1.6]]) {
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.stroke(path);
      }
    }
  }

  function rowOf(atlas, area, codes, constants) {
    const entry = constants.classes.find(({ code }) => code === codes[area.index]);
    if (!entry || !entry.label) return [];
    return [[constants.title, entry.letter ? `${entry.letter} \u00b7 ${entry.label}` : entry.label,
      (entry.colour || {})[atlas.dark ? "dark" : "light"]]];
  }

  Atlas.layer("control", {
    order: 10,
    data: (view, codes, constants) => fillClasses(view, codes, constants.classes),
    changed: recoloured,
    rows: rowOf,
  });

  Atlas.layer("change", {
    order: 20,
    data: (view, codes, constants) => {
      if (!view.atlas.shown("control")) fillClasses(view, codes, constants.classes);
    },
    changed: recoloured,
    overlay: (view, codes, constants) => {
      if (view.atlas.shown("control")) markChanges(view, codes, constants);
    },
    rows: rowOf,
  });
})();
