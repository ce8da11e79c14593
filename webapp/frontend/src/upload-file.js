// Whether a file that is picked again is the one whose upload was interrupted: same length, same first bytes.

export async function isSameFile(file, unfinished) {
  if (file.size !== unfinished.length_bytes) return false;
  // Without a secure context there are no digests; then the length has to do.
  if (!window.crypto?.subtle || unfinished.head_bytes === 0) return true;
  const head = await file.slice(0, unfinished.head_bytes).arrayBuffer();
  const digest = await crypto.subtle.digest("SHA-256", head);
  return hex(digest) === unfinished.head_sha256;
}

// A picked file can be moved, or taken back by the phone, before it is read.
export async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
