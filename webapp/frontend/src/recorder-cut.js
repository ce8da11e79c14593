// Where a recording may be cut off and is still whole. Browsers hand over slices that end anywhere, also in the middle
// of a picture; a take that is kept, or sent, only up to such a place can be handed in whatever happens afterwards.
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const MOVING_BOXES = ["moov", "mdat"];

// What of a take's bytes may be kept now: gives back whole parts and holds the rest until more comes.
export class Cutter {
  constructor(type) {
    this.boundary = BOUNDARIES[type.split(";")[0]] ?? ((bytes) => bytes.length);
    this.rest = new Uint8Array(0);
  }

  async add(slice) {
    const bytes = new Uint8Array(await new Blob([this.rest, slice]).arrayBuffer());
    const end = this.boundary(bytes);
    this.rest = bytes.slice(end);
    return new Blob([bytes.subarray(0, end)]);
  }

  // What is left at the end, when nothing more comes.
  end() {
    const rest = new Blob([this.rest]);
    this.rest = new Uint8Array(0);
    return rest;
  }
}

const BOUNDARIES = { "video/webm": webmBoundary, "video/x-matroska": webmBoundary, "video/mp4": mp4Boundary };

// After the last whole element. A segment, or a cluster, whose length is left open is looked into.
function webmBoundary(bytes) {
  let position = 0;
  let safe = 0;
  while (position < bytes.length) {
    const id = readNumber(bytes, position, true);
    const size = id && readNumber(bytes, id.end, false);
    if (!size) break;
    const isOpened = id.value === SEGMENT || (id.value === CLUSTER && size.isOpen);
    position = isOpened ? size.end : size.end + size.value;
    if (position > bytes.length || (size.isOpen && !isOpened)) break;
    if (!isOpened) safe = position;
  }
  return safe;
}

// A number as EBML writes it, null where it is not whole; an id keeps the bits that tell its length.
function readNumber(bytes, position, isId) {
  const length = Math.clz32(bytes[position] ?? 0) - 23;
  if (length > 8 || position + length > bytes.length) return null;
  let value = isId ? bytes[position] : bytes[position] & (0xff >> length);
  let isOpen = (bytes[position] | (0xff << (8 - length)) & 0xff) === 0xff;
  for (let index = 1; index < length; index += 1) {
    value = value * 256 + bytes[position + index];
    isOpen &&= bytes[position + index] === 0xff;
  }
  return { value, isOpen, end: position + length };
}

// After the last whole box of media, or the one that describes them.
function mp4Boundary(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  let safe = 0;
  while (position + 16 <= bytes.length) {
    const short = view.getUint32(position);
    const size = short === 1 ? Number(view.getBigUint64(position + 8)) : short;
    if (size < 8 || position + size > bytes.length) break;
    const kind = String.fromCharCode(...bytes.subarray(position + 4, position + 8));
    position += size;
    if (MOVING_BOXES.includes(kind)) safe = position;
  }
  return safe;
}
