// Brings the large scripts of a published page over the line compressed: by the server where it compresses, else as the
// packed copies that lie beside them, which are unpacked here.

// `uri` is the script, `packedUri` its packed copy; `hasRun` tells whether it has run.
export async function bringScript({ uri, packedUri, hasRun }) {
  if (!isCompressed() && (await runPacked(packedUri, hasRun))) return;
  await runPlain(uri);
}

// Told by the smallest script of all: some servers compress pages but no scripts.
export function isCompressed() {
  const [script] = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/start.js"));
  return Boolean(script) && 0 < script.encodedBodySize && script.encodedBodySize < script.decodedBodySize;
}

export function canUnpack() {
  return "DecompressionStream" in globalThis && location.protocol !== "file:";
}

// The page's policy names the digest of each packed script, so that exactly these texts may run from within the page.
// An address of a blob would do too, but a policy that lets blobs run lets any text run.
async function runPacked(uri, hasRun) {
  if (!canUnpack()) return false;
  try {
    const answer = await fetch(uri);
    if (!answer.ok) return false;
    const script = document.createElement("script");
    script.textContent = await new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).text();
    document.head.append(script);
  } catch {
    return false;
  }
  return hasRun(); // no, where a stricter policy came with the page
}

function runPlain(uri) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = uri;
    script.onload = resolve;
    script.onerror = () => reject(new Error("A script of the player could not be fetched."));
    document.head.append(script);
  });
}
