// The staff's review by hand: moments to jump to, fields that take the moment that is seen, and keys. Keys are single
// letters; who does not want them turns them off, and this browser remembers it.
import { listenForKeys } from "./review-keys.js";
import { Moments } from "./review-moments.js";

const player = document.querySelector("#player");
const moments = new Moments(player);

if (player) moments.begin();
listenForKeys(player, moments);
