// Camera and microphone: asked for, listed, and why they are not to be had.
const REASONS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  DevicesNotFoundError: "none",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
};

// Why this browser cannot record at all: a name among the words, or nothing.
export function obstacle() {
  if (!window.isSecureContext) return "insecure";
  return navigator.mediaDevices?.getUserMedia && window.MediaRecorder ? "" : "unsupported";
}

// A stream of both; `camera` and `microphone` are ids, or empty for what the browser thinks best.
export async function openDevices({ camera, microphone, lines }) {
  const video = {
    width: { ideal: Math.round((lines * 16) / 9) },
    height: { ideal: lines },
    frameRate: { ideal: 25, max: 30 },
    ...(camera ? { deviceId: { exact: camera } } : { facingMode: "user" }),
  };
  const audio = { echoCancellation: false, noiseSuppression: true, autoGainControl: true };
  if (microphone) audio.deviceId = { exact: microphone };
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio });
  } catch (error) {
    // One that was unplugged meanwhile: take what there is.
    const isGone = error.name === "OverconstrainedError" && (camera || microphone);
    if (isGone) return openDevices({ camera: "", microphone: "", lines });
    throw Object.assign(new Error(error.name), { reason: REASONS[error.name] ?? "failed_camera" });
  }
}

// Fill two lists with the devices there are, the stream's own chosen. `nameOf(kind, number)` names those without a label.
export async function listDevices(stream, { camera, microphone }, nameOf) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const [picture] = stream.getVideoTracks();
  const [sound] = stream.getAudioTracks();
  fill(camera, devices, "videoinput", picture, (number) => nameOf("camera", number));
  fill(microphone, devices, "audioinput", sound, (number) => nameOf("microphone", number));
}

export function closeDevices(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function fill(list, devices, kind, track, nameOf) {
  const found = devices.filter((device) => device.kind === kind);
  const options = found.map((device, index) => new Option(device.label || nameOf(index + 1), device.deviceId));
  list.replaceChildren(...options);
  const current = track?.getSettings().deviceId;
  if (found.some((device) => device.deviceId === current)) list.value = current;
}
