import { short } from './figures.js';

const width = 760;
const labelWidth = 210;
const valueWidth = 110;
const barHeight = 22;
const gap = 8;
const titleHeight = 34;

/** Readable on a light and on a dark page: the page's own background shows through. */
const style = `
    text { font: 13px system-ui, sans-serif; fill: #3b4252; }
    .title { font-weight: 600; font-size: 14px; }
    .value { font-variant-numeric: tabular-nums; }
    .ours { fill: #2a7f62; }
    .theirs { fill: #9aa5b1; }
    .goal { stroke: #b8860b; stroke-width: 2; stroke-dasharray: 3 3; }
    @media (prefers-color-scheme: dark) { text { fill: #d8dee9; } .theirs { fill: #66717e; } .ours { fill: #4fb38d; } }`;

/**
 * The run as one picture: a group of bars a row, each group on a scale of its own, a dashed line at what must be reached.
 *
 * @param {{ date: string, rows: import('./figures.js').Row[] }} run
 */
export function toSvg({ date, rows }) {
  let y = 10;
  const groups = rows.map((row) => {
    const { text, height } = group(row, y);
    y += height + 18;
    return text;
  });
  const height = Math.max(y, 40);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Measured ${escape(date)}">`,
    `<style>${style}\n</style>`,
    ...groups,
    '</svg>\n',
  ].join('\n');
}

/** @param {import('./figures.js').Row} row @param {number} top */
function group(row, top) {
  const bars = row.tables?.length ? barsOfTables(row) : row.sides.map(({ name, median: value }) => ({ name, value }));
  const ours = new Set(row.ratios.map(({ of }) => of));
  const largest = Math.max(...bars.map(({ value }) => value), row.limits?.reach ?? 0, 1e-9);
  const room = width - labelWidth - valueWidth;
  const scale = (/** @type {number} */ value) => (value / largest) * room;
  const first = top + titleHeight;
  const lines = bars.map(({ name, value }, index) => {
    const y = first + index * (barHeight + gap);
    const middle = y + barHeight / 2 + 4;
    const kind = ours.has(name) || row.tables !== undefined ? 'ours' : 'theirs';
    return [
      `<text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${escape(name)}</text>`,
      `<rect class="${kind}" x="${labelWidth}" y="${y}" width="${Math.max(1, scale(value)).toFixed(1)}" height="${barHeight}" rx="3"/>`,
      `<text class="value" x="${(labelWidth + scale(value) + 8).toFixed(1)}" y="${middle}">${short(value)}</text>`,
    ].join('\n');
  });
  const height = titleHeight + bars.length * (barHeight + gap);
  const goals = goalsOf(row).map((goal) => {
    const x = (labelWidth + scale(goal)).toFixed(1);
    return goal > largest ? '' : `<line class="goal" x1="${x}" y1="${first - 4}" x2="${x}" y2="${top + height - 2}"/>`;
  });
  const title = `<text class="title" x="10" y="${top + 16}">${escape(row.title)} (${escape(row.unit)})</text>`;
  return { text: [title, ...lines, ...goals].join('\n'), height };
}

/** What the first comparison demands, on the row's own scale. @param {import('./figures.js').Row} row */
function goalsOf({ sides, ratios, limits }) {
  if (limits !== undefined) return [limits.reach];
  const [first] = ratios;
  const other = sides.find(({ name }) => name === first?.over);
  return first?.reach === undefined || other === undefined ? [] : [other.median * first.reach];
}

/** @param {import('./figures.js').Row} row */
function barsOfTables({ sides, tables = [] }) {
  const shown = tables.slice(0, 6).map(({ name, bytes }) => ({ name, value: bytes }));
  return [{ name: 'together', value: sides[0].median }, ...shown];
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
