// The kind of file that a take becomes: one that this browser writes, and rather one that a chip encodes than one that
// makes an old machine stutter.
const TYPES = [
  "video/webm;codecs=vp8,opus",
  "video/webm;codecs=vp9,opus",
  "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
  "video/mp4;codecs=avc1.42E01F,opus",
  "video/webm",
  "video/mp4",
];

export async function chooseType({ video_bits, audio_bits, lines }) {
  const known = TYPES.filter((type) => MediaRecorder.isTypeSupported(type));
  for (const type of known) {
    const isEasy = await isEncodedByChip(type, { video_bits, audio_bits, lines });
    if (isEasy) return type;
  }
  return known[0] ?? "";
}

async function isEncodedByChip(type, { video_bits, audio_bits, lines }) {
  const codecs = /codecs=(.+),(.+)$/.exec(type);
  if (!codecs || !navigator.mediaCapabilities?.encodingInfo) return false;
  const container = type.split(";")[0];
  const width = Math.round((lines * 16) / 9);
  try {
    const told = await navigator.mediaCapabilities.encodingInfo({
      type: "record",
      video: { contentType: `${container};codecs=${codecs[1]}`, width, height: lines, bitrate: video_bits, framerate: 25 },
      audio: { contentType: `audio/${container.split("/")[1]};codecs=${codecs[2]}`, bitrate: audio_bits },
    });
    return told.supported && told.smooth && told.powerEfficient;
  } catch {
    return false;
  }
}
