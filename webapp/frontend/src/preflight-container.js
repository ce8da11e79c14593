// What an MP4 or MOV file says of itself in its own table of contents. Read here because phones write pictures (HEVC)
// that many browsers cannot show, and because the table is small however large the file is.
const LARGEST_TABLE = 32 * 1024 * 1024;
const MOST_BOXES = 4096;
const FIRST_BOXES = ["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"];

// { seconds, width, height, hasPicture, hasSound }, or null for other kinds of files and for tables without lengths.
export async function readContainer(file) {
  const moov = await findTable(file);
  if (!moov) return null;
  const table = new DataView(await file.slice(moov.at, moov.at + moov.bytes).arrayBuffer());
  const boxes = boxesIn(table, 0, table.byteLength);
  const head = boxes.find((box) => box.name === "mvhd");
  const tracks = boxes.filter((box) => box.name === "trak").map((box) => trackIn(table, box));
  const seconds = head ? secondsIn(table, head) : 0;
  if (!seconds || tracks.length === 0) return null;
  const picture = tracks.find((track) => track.kind === "vide");
  const size = picture ?? { width: 0, height: 0 };
  return {
    seconds,
    width: size.width,
    height: size.height,
    hasPicture: picture !== undefined,
    hasSound: tracks.some((track) => track.kind === "soun"),
  };
}

async function findTable(file) {
  for (let at = 0, count = 0; at + 8 <= file.size && count < MOST_BOXES; count += 1) {
    const head = new DataView(await file.slice(at, at + 16).arrayBuffer());
    const box = boxAt(head, 0, file.size - at);
    if (!box || (at === 0 && !FIRST_BOXES.includes(box.name))) return null;
    const bytes = box.end - box.body;
    if (box.name === "moov") return bytes <= LARGEST_TABLE ? { at: at + box.body, bytes } : null;
    at += box.end;
  }
  return null;
}

function boxesIn(view, from, to) {
  const boxes = [];
  for (let at = from; at + 8 <= to; at = boxes[boxes.length - 1].end) {
    const box = boxAt(view, at, to - at);
    if (!box) break;
    boxes.push(box);
  }
  return boxes;
}

// One box: its name, where its body begins and where it ends; null where there is none.
function boxAt(view, at, room) {
  let bytes = view.getUint32(at);
  let head = 8;
  if (bytes === 1 && at + 16 <= view.byteLength) {
    bytes = view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12);
    head = 16;
  } else if (bytes === 0) bytes = room;
  if (bytes < head || bytes > room) return null;
  return { name: nameAt(view, at + 4), body: at + head, end: at + bytes };
}

function trackIn(view, track) {
  const boxes = boxesIn(view, track.body, track.end);
  const head = boxes.find((box) => box.name === "tkhd");
  const media = boxes.find((box) => box.name === "mdia");
  const handler = media && boxesIn(view, media.body, media.end).find((box) => box.name === "hdlr");
  return { kind: handler ? nameAt(view, handler.body + 8) : "", ...(head ? sizeIn(view, head) : { width: 0, height: 0 }) };
}

// The last 44 bytes of a track's head are a matrix of nine numbers, the width and the height. A phone held upright
// writes a lying picture and turns it by the matrix.
function sizeIn(view, { end }) {
  const [width, height] = [view.getUint16(end - 8), view.getUint16(end - 4)];
  const isTurned = view.getInt32(end - 44) === 0 && view.getInt32(end - 40) !== 0;
  return isTurned ? { width: height, height: width } : { width, height };
}

function secondsIn(view, { body }) {
  const isLong = view.getUint8(body) === 1;
  const scale = view.getUint32(body + (isLong ? 20 : 12));
  const units = isLong ? view.getUint32(body + 24) * 2 ** 32 + view.getUint32(body + 28) : view.getUint32(body + 16);
  return scale ? units / scale : 0;
}

function nameAt(view, at) {
  return at + 4 <= view.byteLength ? String.fromCharCode(...[0, 1, 2, 3].map((next) => view.getUint8(at + next))) : "";
}
