// Takes as they are made. Each slice goes into the browser's own database at once, so that a crash loses seconds.
// Where the browser keeps nothing (a private window, no room, the speaker's wish) slices stay in memory, as long as
// the page is open.
//
// A take is a plain value: { id, scope, begunAt, type, seconds, sizes, address, isWhole, isChosen }. `sizes` are those of
// its slices in bytes, `address` that of its upload or null, `isWhole` says that it was stopped and did not break off.
const DATABASE = "presession-takes";

export class TakeStore {
  // `scope` names the statement; takes of another one are not seen.
  static async open(scope) {
    const store = new TakeStore(null, scope);
    await store.connect().catch(() => {});
    return store;
  }

  constructor(database, scope) {
    Object.assign(this, { database, scope, isFull: false });
    this.keepsNothing = false;
    this.inMemory = new Map();
  }

  // Phones end the connection of a page that was in the back; then it has to be opened again.
  async connect() {
    this.database?.close();
    this.database = await openDatabase();
  }

  close() {
    this.database?.close();
  }

  // Whether a new take would outlive the page.
  get isLasting() {
    return this.database !== null && !this.keepsNothing && !this.isFull;
  }

  async takes() {
    if (!this.database) return [];
    const all = await this.within(async (database) => {
      return answerOf(database.transaction("takes").objectStore("takes").getAll());
    });
    return all.filter((take) => take.scope === this.scope).sort((one, other) => one.begunAt - other.begunAt);
  }

  newTake(type) {
    const id = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const facts = { begunAt: Date.now(), type, seconds: 0, sizes: [], address: null, isWhole: false, isChosen: false };
    if (!this.isLasting) this.inMemory.set(id, new Map());
    return { id, scope: this.scope, ...facts };
  }

  // Add a slice to the end of a take; it is on the device, or in memory, when this returns.
  async append(take, slice, seconds) {
    const index = take.sizes.length;
    const grown = { ...take, sizes: [...take.sizes, slice.size], seconds };
    if (!(await this.put(grown, [[take.id, index], slice]))) this.remember(take.id, index, slice);
    Object.assign(take, { sizes: grown.sizes, seconds });
  }

  // Keep what is known of a take, but for its slices.
  async save(take) {
    await this.put(take, null);
  }

  // Bytes of a take from an offset on, up to the end of the slice that reaches `atMost`.
  async read(take, offset, atMost) {
    const parts = [];
    let start = 0;
    let length = 0;
    for (let index = 0; index < take.sizes.length && length < atMost; index += 1) {
      const end = start + take.sizes[index];
      if (end > offset) {
        const slice = await this.slice(take, index);
        parts.push(offset > start ? slice.slice(offset - start) : slice);
        length += end - Math.max(start, offset);
      }
      start = end;
    }
    return new Blob(parts, { type: take.type });
  }

  async remove(take) {
    this.inMemory.delete(take.id);
    this.isFull = false;
    if (!this.database) return;
    await this.within(async (database) => {
      const change = database.transaction(["takes", "slices"], "readwrite");
      change.objectStore("takes").delete(take.id);
      change.objectStore("slices").delete(IDBKeyRange.bound([take.id], [take.id, []]));
      await endOf(change);
    });
  }

  async slice(take, index) {
    const remembered = this.inMemory.get(take.id)?.get(index);
    if (remembered) return remembered;
    // Bytes, not a Blob: some browsers lose Blobs that they kept in a database.
    const bytes = await this.within(async (database) => {
      return answerOf(database.transaction("slices").objectStore("slices").get([take.id, index]));
    });
    if (!bytes) throw new Error("A slice is missing");
    return new Blob([bytes]);
  }

  async put(take, keyAndSlice) {
    if (!this.database || this.inMemory.has(take.id)) return false;
    try {
      const bytes = keyAndSlice && (await keyAndSlice[1].arrayBuffer());
      await this.within(async (database) => {
        const change = database.transaction(["takes", "slices"], "readwrite", { durability: "strict" });
        change.objectStore("takes").put(take);
        if (bytes) change.objectStore("slices").put(bytes, keyAndSlice[0]);
        await endOf(change);
      });
      return true;
    } catch {
      this.isFull = true; // whatever the reason: from here on memory has to do
      return false;
    }
  }

  // Do it; and once more with a new connection, unless there is no room.
  async within(work) {
    try {
      return await work(this.database);
    } catch (error) {
      if (error?.name === "QuotaExceededError") throw error;
      await this.connect();
      return work(this.database);
    }
  }

  remember(id, index, slice) {
    if (!this.inMemory.has(id)) this.inMemory.set(id, new Map());
    this.inMemory.get(id).set(index, slice);
  }
}

export function sizeOf(take) {
  return take.sizes.reduce((sum, size) => sum + size, 0);
}

// Where all storing is forbidden, asking for it throws at once.
async function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("takes", { keyPath: "id" });
    request.result.createObjectStore("slices");
  };
  return answerOf(request);
}

function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}

function endOf(change) {
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onerror = change.onabort = () => reject(change.error);
  });
}
