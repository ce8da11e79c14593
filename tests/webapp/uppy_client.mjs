// Uploads with Uppy in a page: `uploadWithUppy({ endpoint, bytes, chunkSize })` resolves to the upload's address.
import Uppy from "@uppy/core";
import Tus from "@uppy/tus";

window.uploadWithUppy = async ({ endpoint, bytes, chunkSize }) => {
  const uppy = new Uppy({ autoProceed: false }).use(Tus, { endpoint, chunkSize, limit: 3, retryDelays: [0, 100, 300] });
  const data = Uint8Array.from({ length: bytes }, (_, index) => (index * 7 + (index >> 8)) % 251);
  uppy.addFile({ name: "statement of somebody.mp4", type: "video/mp4", data: new Blob([data]) });
  const { successful, failed } = await uppy.upload();
  if (failed.length > 0) throw new Error(failed[0].error);
  return successful[0].uploadURL;
};
