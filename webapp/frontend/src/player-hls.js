// hls.js by itself: a page loads it when somebody is about to watch, not before.
import Hls from "hls.js";

globalThis.Hls = Hls;
