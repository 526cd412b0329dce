/** Leaflet leaves itself as `L`. */
export {};
