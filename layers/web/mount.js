// Where Streamlit mounts the map into its page: called anew whenever the page has something else to show.
import { Board } from "./board.js";

const boards = new WeakMap();

// Loaded, or known to be: modules are read once while the page is open.
function style(name) {
  const href = new URL(name, import.meta.url).href;
  const link = document.createElement("link");
  const loaded = new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error(href)));
  });
  Object.assign(link, { rel: "stylesheet", href });
  document.head.append(link);
  return loaded;
}

const styles = Promise.all(["leaflet.css", "map.css"].map(style));

export async function mount({ data, parentElement, setTriggerValue }) {
  await styles;
  const manifest = new URL(data.manifest, document.baseURI).href;
  let board = boards.get(parentElement);
  // Another scenario, another language, or a board of scripts that were replaced under the open page.
  if (!board || board.manifestUrl !== manifest) {
    if (board) board.remove();
    parentElement.querySelectorAll(".atlas-host").forEach((each) => each.remove());
    const host = document.createElement("div");
    host.className = "atlas-host";
    parentElement.append(host);
    board = new Board(host, manifest);
    boards.set(parentElement, board);
  }
  board.tell = (news) => setTriggerValue("told", news);
  board.apply(data.state);
  // Also called for a state that was overtaken, while the map stays.
  return () => {
    if (parentElement.isConnected) return;
    board.remove();
    boards.delete(parentElement);
  };
}
