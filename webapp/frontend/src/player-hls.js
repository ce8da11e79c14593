// hls.js by itself: a page loads it when somebody is about to watch, not before.
import Hls from "hls.js";
import { RangeLoader } from "./player-ranges.js";

Hls.DefaultConfig.fLoader = RangeLoader;
globalThis.Hls = Hls;
