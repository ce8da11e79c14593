// The player of a published page.
import "media-chrome";
import Hls from "hls.js";

globalThis.Hls = Hls;
