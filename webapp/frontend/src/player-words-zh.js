// The words of the player's controls in Chinese.
import { ZhCn } from "media-chrome/dist/lang/zh-CN.js";

globalThis.playerWords = ZhCn;
