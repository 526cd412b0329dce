/** What folium writes: a map in an element. */
export function build(element: HTMLElement): import("leaflet").Map;
