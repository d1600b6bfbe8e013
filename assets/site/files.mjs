// @ts-check
// Reads the files of a site. Pure.

/**
 * Return the content of a file that may be compressed with gzip. If the host has named the compression in a header, the
 * browser has unpacked the file already.
 * @param {ArrayBuffer} data
 */
export async function unpacked(data) {
  const [first, second] = new Uint8Array(data.slice(0, 2));
  if (first !== 0x1f || second !== 0x8b) return data;
  return new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
