// How the cost grows with the desks, as an SVG: a panel for each measure, a line for each contender; both axes logarithmic.

const width = 380;
const height = 250;
const margin = { left: 62, right: 16, top: 34, bottom: 40 };
/** Told apart without colour too: by dash and mark. */
const styles = [
  { colour: "#0b5fa5", dash: "", mark: "circle" },
  { colour: "#b3430b", dash: "6 4", mark: "square" },
  { colour: "#3b7a2a", dash: "2 3", mark: "circle" },
];

/** `rows` as `results.mjs` keeps them; measures that were taken at one size alone are left out. */
export function drawGrowth(rows) {
  const measures = [...new Set(rows.map(({ measure }) => measure))]
    .map((measure) => ({ measure, rows: rows.filter((row) => row.measure === measure && row.median > 0) }))
    .filter(({ rows }) => new Set(rows.map(({ desks }) => desks)).size > 1);
  const contenders = [...new Set(rows.map(({ contender }) => contender))];
  const columns = 2;
  const lines = Math.ceil(measures.length / columns);
  const panels = measures.map((one, i) => {
    const at = `translate(${(i % columns) * width} ${Math.floor(i / columns) * height})`;
    return `<g transform="${at}">${drawPanel(one, contenders)}</g>`;
  });
  const [w, h] = [width * columns, height * lines + 34];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="Cost at 2 to 32 desks" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="${w}" height="${h}" fill="#fff"/>`,
    ...panels,
    `<g transform="translate(${margin.left} ${height * lines + 16})">${contenders.map(drawKey).join("")}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel({ measure, rows }, contenders) {
  const sizes = [...new Set(rows.map(({ desks }) => desks))].sort((a, b) => a - b);
  const values = rows.map(({ median }) => median);
  const [least, most] = [
    10 ** Math.floor(Math.log10(Math.min(...values))),
    10 ** Math.ceil(Math.log10(Math.max(...values))),
  ];
  const top = most > least ? most : least * 10;
  const x = scale(sizes[0], sizes.at(-1), margin.left, width - margin.right);
  const y = scale(least, top, height - margin.bottom, margin.top);
  const ticks = [];
  for (let value = least; value <= top * 1.001; value *= 10) ticks.push(value);
  return [
    `<text x="${margin.left}" y="18" font-weight="600">${escapeText(`${measure} (${rows[0].unit})`)}</text>`,
    ...ticks.map(
      (value) =>
        `<path d="M${margin.left} ${y(value)}H${width - margin.right}" stroke="#ddd"/><text x="${margin.left - 6}" y="${y(value) + 4}" text-anchor="end">${Number(value.toPrecision(3))}</text>`,
    ),
    ...sizes.map(
      (size) => `<text x="${x(size)}" y="${height - margin.bottom + 16}" text-anchor="middle">${size}</text>`,
    ),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">desks</text>`,
    ...contenders.map((contender, i) =>
      drawLine(
        rows.filter((row) => row.contender === contender),
        styles[i % styles.length],
        x,
        y,
      ),
    ),
  ].join("");
}

function drawLine(rows, { colour, dash, mark }, x, y) {
  if (rows.length === 0) return "";
  const points = [...rows]
    .sort((a, b) => a.desks - b.desks)
    .map(({ desks, median }) => [x(desks), y(median)]);
  const path = points
    .map(([px, py], i) => `${i === 0 ? "M" : "L"}${px.toFixed(1)} ${py.toFixed(1)}`)
    .join("");
  const marks = points.map((point) => drawMark(mark, colour, point));
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>${marks.join("")}`;
}

function drawMark(mark, colour, [x, y]) {
  return mark === "circle"
    ? `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.5" fill="${colour}"/>`
    : `<rect x="${(x - 3.5).toFixed(1)}" y="${(y - 3.5).toFixed(1)}" width="7" height="7" fill="${colour}"/>`;
}

function drawKey(contender, i) {
  const { colour, dash, mark } = styles[i % styles.length];
  const at = i * 170;
  return `<path d="M${at} 0h34" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>${drawMark(mark, colour, [at + 17, 0])}<text x="${at + 42}" y="4">${escapeText(contender)}</text>`;
}

/** Logarithmic, from `low`…`high` to `from`…`to`. */
function scale(low, high, from, to) {
  const span = Math.log(high / low) || 1;
  return (value) => from + (Math.log(value / low) / span) * (to - from);
}

function escapeText(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
