// The words of the player's controls in Spanish.
import { Es } from "media-chrome/dist/lang/es.js";

globalThis.playerWords = Es;
