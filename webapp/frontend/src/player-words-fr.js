// The words of the player's controls in French.
import { Fr } from "media-chrome/dist/lang/fr.js";

globalThis.playerWords = Fr;
