import { generate } from 'lean-qr';

/** The light frame that scanners need, in modules. */
const quietZone = 4;

/** A text as a QR code: an SVG in a data URI, to be put into a page or on a label as it is. */
export function qrCodeOf(text: string): string {
  const code = generate(text);
  const dark: string[] = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (code.get(x, y)) dark.push(`M${x + quietZone} ${y + quietZone}h1v1h-1z`);
    }
  }
  const side = code.size + 2 * quietZone;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}h-${side}z"/><path d="${dark.join('')}"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
