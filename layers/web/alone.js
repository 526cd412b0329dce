// The map in a file of its own: no page around it answers, so it answers itself.
import { Board } from "./board.js";

/**
 * @param {HTMLElement} host Where the map goes.
 * @param {HTMLElement} key Where the legends of the month go; all lie in the page as templates, in order.
 * @param {{ manifest: string, state: import("./types.js").State }} given
 */
export function open(host, key, { manifest, state }) {
  const board = new Board(host, manifest);
  /** @type {NodeListOf<HTMLTemplateElement>} */
  const legends = document.querySelectorAll("template");
  let now = state;
  const follow = () => {
    board.apply(now);
    key.replaceChildren(legends[now.maps[0].month].content.cloneNode(true));
  };
  board.tell = (news) => {
    const [first, ...others] = now.maps;
    const sent = first.sent ?? first.month;
    now = "month" in news
      ? { ...now, maps: [{ ...first, month: news.month, sent }, ...others] }
      : { ...now, pick: news.pick };
    follow();
  };
  follow();
  return board;
}
