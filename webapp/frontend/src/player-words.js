// The words of the player's controls, in the page's language.
import "media-chrome/dist/lang/es.js";
import "media-chrome/dist/lang/fr.js";
import { ZhCn } from "media-chrome/dist/lang/zh-CN.js";
import { addTranslation, setLanguage } from "media-chrome/dist/utils/i18n.js";
import "./player-words-ar.js";
import "./player-words-ru.js";

addTranslation("zh", ZhCn);
setLanguage(document.documentElement.lang);
