// How each kind of mark is drawn and asked, by the name that a layer declares it with.
import { fills, outlines, pixelled, values } from "./areas.js";
import { circled } from "./circles.js";
import { ground } from "./ground.js";
import { flowing, lined, pictured, symbolled } from "./marks.js";

/** @type {Record<string, import("./types.js").Kind>} */
export const kinds = {
  ground,
  fill: fills,
  pixels: pixelled,
  values,
  outline: outlines,
  symbols: symbolled,
  lines: lined,
  flows: flowing,
  raster: pictured,
  circles: circled,
};
