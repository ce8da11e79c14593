// The words of the player's controls, in the page's language: pages that are not in English bring them in a file of
// their own, so that nobody loads those of other languages.
import { addTranslation, setLanguage } from "media-chrome/dist/utils/i18n.js";

const { lang } = document.documentElement;
if (globalThis.playerWords) addTranslation(lang, globalThis.playerWords);
setLanguage(lang);
