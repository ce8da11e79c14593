// The staff's review by hand: moments to jump to, fields that take the moment that is seen, and keys. Keys are single
// letters; who does not want them turns them off, and this browser remembers it. Nothing typed is left behind unasked.
import { listenForKeys } from "./review-keys.js";
import { Moments } from "./review-moments.js";
import { askForQuickPreview } from "./review-quick.js";
import { guardWriting } from "./review-writing.js";

const moments = new Moments();

moments.begin();
listenForKeys(moments);
askForQuickPreview();
guardWriting();
