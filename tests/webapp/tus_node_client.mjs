// Uploads a file with tus-js-client under Node: `node tus_node_client.mjs ENDPOINT COOKIE FILE CHUNK_BYTES [open]`.
// With `open` the length is told with the last bytes, as of a recording that is still being made.
import { createReadStream, statSync } from "node:fs";
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";

const require = createRequire(new URL("../../webapp/frontend/package.json", import.meta.url));
const { Upload } = require("tus-js-client");
const [endpoint, cookie, path, chunkBytes, open] = process.argv.slice(2);
const file = createReadStream(path);
const source = open ? file.pipe(new PassThrough()) : file; // a file's stream would tell its length by itself
const length = open ? { uploadLengthDeferred: true } : { uploadSize: statSync(path).size };

const upload = new Upload(source, {
  endpoint,
  headers: { Cookie: cookie },
  ...length,
  chunkSize: Number(chunkBytes),
  retryDelays: [0, 100, 300, 1000, 2000, 4000, 8000, 16000],
  metadata: { filename: "statement of somebody.mp4" },
  uploadDataDuringCreation: true,
  onError: (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
  onSuccess: () => console.log(upload.url),
});
upload.start();
