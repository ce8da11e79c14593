// Records a voice while the original plays from its beginning: into headphones, or as a picture without sound.
const TYPES = { "audio/webm;codecs=opus": "webm", "audio/mp4": "m4a", "audio/ogg;codecs=opus": "ogg" };
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export function offerRecording(video, form, part, say) {
  const type = Object.keys(TYPES).find((each) => globalThis.MediaRecorder?.isTypeSupported(each));
  if (!type || !navigator.mediaDevices?.getUserMedia) return;
  const [record, stop, muted, take] = ["record", "stop", "muted", "take"].map(part);
  let recorder = null;

  function show(isRecording) {
    record.hidden = isRecording;
    stop.hidden = !isRecording;
    (isRecording ? stop : record).focus();
  }

  function keep(chunks) {
    const file = new File(chunks, `recorded.${TYPES[type]}`, { type });
    const files = new DataTransfer();
    files.items.add(file);
    form.elements.file.files = files.files;
    URL.revokeObjectURL(take.src);
    take.src = URL.createObjectURL(file);
    take.hidden = false;
    say(form.dataset.recorded);
  }

  // Also before the first picture has come: then nothing was recorded.
  function end() {
    if (recorder?.state === "recording") return recorder.stop();
    video.pause();
    for (const track of recorder?.stream.getTracks() ?? []) track.stop();
    recorder = null;
    show(false);
  }

  async function begin() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: SOUND });
    const chunks = [];
    recorder = new MediaRecorder(stream, { mimeType: type });
    recorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      video.pause();
      show(false);
      keep(chunks);
    });
    video.muted = muted.checked;
    video.currentTime = 0;
    // The voice's file begins with the first picture that is seen, not with the button.
    video.addEventListener("playing", () => recorder?.state === "inactive" && recorder.start(1000), { once: true });
    show(true);
    await video.play();
  }

  record.addEventListener("click", () => begin().catch(() => {
    show(false);
    say(form.dataset.noMicrophone, true);
  }));
  stop.addEventListener("click", () => end());
  video.addEventListener("ended", () => recorder?.state === "recording" && recorder.stop());
  part("recorder").hidden = false;
}
