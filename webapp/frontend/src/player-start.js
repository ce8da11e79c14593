// Brings the player; where the page is not in English, its words have come before.
import { bringScript } from "./player-scripts.js";

const { playerUri, playerPackedUri } = document.currentScript.dataset;
const hasRun = () => customElements.get("media-controller") !== undefined;

// Without the player the page plays with the browser's own, as it does without scripts.
bringScript({ uri: playerUri, packedUri: playerPackedUri, hasRun }).catch(() => {});
