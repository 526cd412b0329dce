// What travels once: fetched and decoded when first asked for, and kept while the page is open, whichever map asks.
import { decode } from "./topology.js";

const KEPT = 40;
// By its name, or in a page of its own by its type.
const PACKED = /\.gz$|^data:application\/gzip/;
const fetched = new Map();

async function fetchJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  if (!PACKED.test(url)) return response.json();
  const plain = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).json();
}

// What fails is asked for again the next time.
function once(url, read) {
  if (!fetched.has(url)) {
    if (fetched.size >= KEPT) fetched.delete(fetched.keys().next().value);
    const found = fetchJson(url).then(read);
    fetched.set(url, found);
    found.catch(() => fetched.delete(url));
  }
  return fetched.get(url);
}

export const json = (url) => once(url, (content) => content);

export const outlines = (url) => once(url, decode);

export const beside = (url, name) => new URL(name, url).href;
