// The stage as a picture of its own, made in the browser, and the ways out of the page. Pure but for downloads.

const MARGIN = 14; // stage units, for an arrow that swings out below the sockets

// The stage as it stands, in a file that needs no page: its rules and colours go with it.
export function stageFile(stage) {
  const copy = stage.cloneNode(true);
  const [x, y, width, height] = stage.getAttribute("viewBox").split(" ").map(Number);
  const [wide, high] = [width + 2 * MARGIN, height + 2 * MARGIN];
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = `svg{${colours()};background:var(--panel)}${rules()}`;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", [x - MARGIN, y - MARGIN, wide, high].join(" "));
  copy.setAttribute("width", wide);
  copy.setAttribute("height", high);
  copy.prepend(style);
  for (const card of copy.querySelectorAll("[tabindex]")) card.removeAttribute("tabindex");
  return new XMLSerializer().serializeToString(copy);
}

// The colours of the theme in force, as variables.
function colours() {
  const root = getComputedStyle(document.documentElement);
  const written = [...document.querySelectorAll("head style")].map((style) => style.textContent).join("");
  const names = new Set(written.match(/--[\w-]+(?=:)/g));
  for (const name of ["--sans", "--mono"]) names.add(name);
  return [...names].map((name) => `${name}:${root.getPropertyValue(name)}`).join(";");
}

function rules() {
  const wanted = /(^|[ ,.])(stage|node|arrow|badge|looks|roles|chain-\d)\b/;
  const found = [];
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) if (wanted.test(rule.selectorText ?? "")) found.push(rule.cssText);
  }
  return found.join("\n");
}

// The same picture as pixels, twice as fine as the file says.
export async function stagePixels(stage) {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([stageFile(stage)], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 2 * image.width, height: 2 * image.height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

export function download(content, name, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Whether the text is on the clipboard now; a page that is not served safely may not write there.
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
