// @ts-check
// Bytes as text: base64, in which they are sent in JSON, and JSON that is compressed for a link, in base64 without the
// characters that an address escapes.

/** @param {string} text */
export const bytesOf = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/**
 * Return a value as the text of a link.
 * @param {unknown} value
 */
export async function packedJson(value) {
  const stream = new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Return the value in the text of a link; throw an Error if it is damaged, or longer than `most` characters.
 * @param {string} text
 * @param {number} most
 */
export async function unpackedJson(text, most) {
  const bytes = bytesOf(text.replaceAll("-", "+").replaceAll("_", "/"));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder();
  let json = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    json += decoder.decode(part.value, { stream: true });
    if (json.length > most) throw new Error("The text in the link is too long.");
  }
  return JSON.parse(json + decoder.decode());
}
