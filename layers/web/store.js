// What travels once: fetched and decoded when first asked for, and kept while the page is open, whichever map asks.
import { decode } from "./topology.js";

const KEPT = 40;
const fetched = new Map();

async function fetchJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  if (!url.endsWith(".gz")) return response.json();
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
