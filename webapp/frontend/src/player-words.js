// The words of the player's controls, in the page's language.
import "media-chrome/dist/lang/es.js";
import "media-chrome/dist/lang/fr.js";
import { setLanguage } from "media-chrome/dist/utils/i18n.js";

setLanguage(document.documentElement.lang);
