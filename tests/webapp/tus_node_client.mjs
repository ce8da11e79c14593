// Uploads a file with tus-js-client under Node: `node tus_node_client.mjs ENDPOINT COOKIE FILE CHUNK_BYTES`.
import { createReadStream, statSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../webapp/frontend/package.json", import.meta.url));
const { Upload } = require("tus-js-client");
const [endpoint, cookie, path, chunkBytes] = process.argv.slice(2);

const upload = new Upload(createReadStream(path), {
  endpoint,
  headers: { Cookie: cookie },
  uploadSize: statSync(path).size,
  chunkSize: Number(chunkBytes),
  retryDelays: [0, 100, 300],
  metadata: { filename: "statement of somebody.mp4" },
  uploadDataDuringCreation: true,
  onError: (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
  onSuccess: () => console.log(upload.url),
});
upload.start();
