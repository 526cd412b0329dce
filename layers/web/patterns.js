// Fill patterns, so that no class is told by colour alone. The same names are drawn by
// the legend (CSS) and the briefing picture (hatches).

const cache = new Map();

function tile(size, draw, colour) {
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  context.strokeStyle = colour;
  context.fillStyle = colour;
  draw(context, size);
  return canvas;
}

function diagonal(context, size, rising) {
  context.lineWidth = 1;
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift, rising ? size : 0);
    context.lineTo(shift + size, rising ? 0 : size);
  }
  context.stroke();
}

const DRAW = {
  dots: (context, size) => {
    context.beginPath();
    context.arc(size / 4, size / 4, 0.8, 0, 7);
    context.arc((3 * size) / 4, (3 * size) / 4, 0.8, 0, 7);
    context.fill();
  },
  rising: (context, size) => diagonal(context, size, true),
  falling: (context, size) => diagonal(context, size, false),
  cross: (context, size) => {
    diagonal(context, size, true);
    diagonal(context, size, false);
  },
  posts: (context, size) => context.fillRect(size / 2, 0, 1, size),
  bars: (context, size) => context.fillRect(0, size / 2, size, 1),
};

export function pattern(context, name, colour, size = 7) {
  const key = `${name}|${colour}|${size}`;
  if (!cache.has(key)) cache.set(key, context.createPattern(tile(size, DRAW[name], colour), "repeat"));
  return cache.get(key);
}
