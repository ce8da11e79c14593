// One request of the resumable upload, which says how far it is and lets go of a line that has gone silent.
const SILENT_SECONDS = 30;
const TUS = { "Tus-Resumable": "1.0.0" };

// Its status and headers; status 0 where no answer came. `onProgress(bytes)` is told what has left; a line
// that is silent for `patience` seconds counts as dead.
export function ask(method, address, { headers = {}, body = null, signal = null, patience = SILENT_SECONDS, onProgress = () => {} } = {}) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let silence = null;
    const hear = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), patience * 1000);
    };
    const end = () => {
      clearTimeout(silence);
      signal?.removeEventListener("abort", abort);
      resolve({ status: request.status, header: (name) => request.getResponseHeader(name) });
    };
    const abort = () => request.abort();
    request.open(method, address);
    for (const [name, value] of Object.entries({ ...TUS, ...headers })) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => {
      hear();
      onProgress(loaded);
    };
    request.onloadend = end;
    signal?.addEventListener("abort", abort);
    hear();
    request.send(body);
    if (signal?.aborted) abort();
  });
}
