// What travels from Python to the drawing scripts, and between them.
import type { Map as LeafletMap } from "leaflet";
import type { AtlasMap } from "./map.js";
import type { Paths } from "./paths.js";

/** Outlines of one area: rings of references to arcs, and a box in units of a world 256 wide. */
export interface Area {
  index: number;
  id: string;
  properties: { n?: string; x?: number; y?: number };
  polygons: number[][][];
  box: [number, number, number, number];
}

export interface Topology {
  arcs: Float64Array[];
  areas: Area[];
  states: Area[];
  context: Area[];
  mesh: Record<"municipal" | "state" | "coast" | "border", number[]>;
}

/** A mark as a layer declares it; each kind has more of its own. */
export interface Mark {
  kind?: string;
  level?: string;
  layer?: string;
  [own: string]: any;
}

export interface Phase {
  first: number;
  last: number;
  name: string;
  title: string;
}

/** The constants of one scenario in one language. */
export interface Manifest {
  outlines: string;
  view: [[number, number], [number, number]];
  limits: [[number, number], [number, number]];
  closest: number;
  palette: Record<"light" | "dark", Record<string, string>>;
  words: Record<string, string>;
  title: string;
  months: number;
  phases: Phase[];
  layers: Record<string, { order: number; marks: Mark[] }>;
  /** The position of each municipality's state. */
  parents: number[];
  ground: Mark;
  data: Record<string, string>;
}

/** What one map shows: its month, and what each layer's marks show where not all months are known here. */
export interface Asked {
  month: number;
  /** The month of the states, where that is another. */
  sent?: number;
  states: Record<string, any[]>;
}

/** The same with the month that the reader is at, where that is ahead of what was sent. */
export interface Moment extends Asked {
  sent: number;
}

/** What a step sends. */
export interface State {
  show: string[];
  maps: Asked[];
  pick?: string;
  focus?: number;
  at?: [number, number, number];
  bounds?: [[number, number], [number, number]];
  options?: Record<string, string>;
  steps?: { phase: number; phases: number[]; previous: number; next: number };
}

/** What a mark is drawn with on one surface. */
export interface View {
  atlas: AtlasMap;
  context: CanvasRenderingContext2D;
  paths: Paths;
  zoom: number;
  palette: Record<string, string>;
  box: number[];
  visible: (level: string) => Area[];
}

/** What the tooltip says of a mark. */
export interface Hit {
  key: string;
  title: string;
  subtitle?: string;
  rows: string[][];
}

/** How a kind of mark is drawn on surfaces and what it answers; `drawn` is its state, declaration and data. */
export interface Kind {
  land?: (view: View, ...drawn: any[]) => void;
  data?: (view: View, ...drawn: any[]) => void;
  overlay?: (view: View, ...drawn: any[]) => void;
  marks?: (view: View, ...drawn: any[]) => void;
  names?: (view: View, ...drawn: any[]) => void;
  paints?: (atlas: AtlasMap, mark: any, surface: string) => boolean;
  changed?: (areas: Area[], before: any, now: any, mark: any) => Area[] | null;
  rows?: (atlas: AtlasMap, area: Area, ...drawn: any[]) => any[][];
  hit?: (atlas: AtlasMap, at: import("leaflet").Point, ...drawn: any[]) => Hit | null;
  key?: (atlas: AtlasMap, ...drawn: any[]) => { title: string; rows: [number, string][]; notes: string[] };
  ahead?: (atlas: AtlasMap, state: any, month: number, mark: any) => any;
}

/** One mark of one layer, or the ground, which has no layer. */
export interface Drawing {
  id?: string;
  index?: number;
  order: number;
  spec: Kind;
  mark: Mark;
}

export type News = { month: number } | { pick: string };

declare global {
  interface Window {
    /** The first map, for whoever looks in with the browser's tools. */
    atlas: AtlasMap;
  }
}

export { LeafletMap };
