// Where pages keep what they have not sent: records by name, “account/statement/language/page”, in this browser.
const DATABASE = "editor";
const RECORDS = "unsent";
const MARK = "editor-has-kept";

// The mark can be asked without waiting; it says that something was kept since it was last all thrown away.
export async function keep(record) {
  mark(true);
  await change((records) => records.put(record));
}

export function mayKeep() {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return true;
  }
}

export async function remove(name) {
  await change((records) => records.delete(name));
}

export async function eachKept(beginning) {
  const found = await within("readonly", (records) => records.getAll(range(beginning)));
  return found.result;
}

export async function countKept(beginning) {
  const found = await within("readonly", (records) => records.count(range(beginning)));
  return found.result;
}

export async function removeAll(beginning) {
  await change((records) => records.delete(range(beginning)));
  if (!(await countKept(""))) mark(false);
}

function mark(isThere) {
  try {
    if (isThere) localStorage.setItem(MARK, "yes");
    else localStorage.removeItem(MARK);
  } catch {
    // a browser that keeps nothing
  }
}

function range(beginning) {
  return IDBKeyRange.bound(beginning, `${beginning}\uffff`);
}

function change(work) {
  return within("readwrite", work);
}

async function within(mode, work) {
  const database = await open();
  try {
    const transaction = database.transaction(RECORDS, mode);
    const request = work(transaction.objectStore(RECORDS));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    return request;
  } finally {
    database.close();
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(RECORDS, { keyPath: "name" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}
