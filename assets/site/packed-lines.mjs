// @ts-check
// Packs edited lines for a link: JSON, compressed, in the letters that an address may have. Pure.

const MOST = 2 ** 17; // characters of a link, and of what it unpacks to

/** The row, and the texts of functions by their keys in the listing. */
/** @typedef {{ row: string, texts: Record<string, string> }} Lines */

/**
 * Return edited lines as a link holds them.
 * @param {Lines} lines
 */
export async function packed(lines) {
  const stream = new Blob([JSON.stringify(lines)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * Return the lines in a link; null if it is damaged or too long.
 * @param {string} code
 * @returns {Promise<Lines | null>}
 */
export async function unpackedLines(code) {
  if (code.length > MOST) return null;
  try {
    const bytes = Uint8Array.from(atob(code.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const { row, texts } = JSON.parse(await textOf(stream));
    const isWhole = typeof row === "string" && Object.values(texts).every((text) => typeof text === "string");
    return isWhole ? { row, texts } : null;
  } catch {
    return null;
  }
}

/**
 * Return the text of a stream; throw an Error if it is longer than it may be.
 * @param {ReadableStream<Uint8Array>} stream
 */
async function textOf(stream) {
  const [reader, decoder] = [stream.getReader(), new TextDecoder()];
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > MOST) throw new RangeError();
  }
}
