// A map of cells: colour by a signed number, hatched where there are few rows, and a number in each cell.

/** How far a colour goes from the neutral middle, in five steps that a legend can name. */
function heatStep(value, most) {
  if (value === null) return null;
  const share = Math.min(Math.abs(value) / (most || 1), 1);
  return { side: value < 0 ? "below" : value > 0 ? "above" : "even", step: Math.ceil(share * 4 - 1e-9) };
}

/**
 * A grid that is walked with the arrow keys; each cell says its numbers.
 * @param cell `(row, column) → { text, value, isFew, says, choose } | null`
 */
function heatMap({ label, rows, columns, cell, most }) {
  const grid = el("table.heat", { role: "grid", "aria-label": label });
  grid.append(el("thead", null, el("tr", null, el("td"), columns.map((name) => el("th", { scope: "col" }, nameOf(name, 24))))));
  const body = el("tbody"), cells = [];
  rows.forEach((name, r) => {
    const line = el("tr", null, el("th", { scope: "row" }, nameOf(name, 28)));
    cells.push(columns.map((_, c) => {
      const found = cell(r, c), step = found ? heatStep(found.value, most) : null;
      const box = el("td.cell", {
        tabindex: r === 0 && c === 0 ? "0" : "-1", "aria-label": found?.says ?? "no rows",
        class: `cell ${step ? `${step.side} step${step.step}` : "none"}${found?.isFew ? " few" : ""}`,
        title: found?.says ?? null,
        on: { click: () => found?.choose?.(), keydown: (event) => { if (event.key === "Enter") found?.choose?.(); } },
      }, el("span.ground", null, found?.text ?? "–"));
      line.append(box);
      return box;
    }));
    body.append(line);
  });
  grid.append(body);
  grid.addEventListener("keydown", (event) => walk(event, cells));
  return el("div.scroll", { role: "region", tabindex: "0", "aria-label": `${label}, scrolls` }, grid);
}

/** Arrows, Home and End within a grid of cells. */
function walk(event, cells) {
  const r = cells.findIndex((row) => row.includes(event.target));
  if (r < 0) return;
  const c = cells[r].indexOf(event.target), last = cells[r].length - 1;
  const to = {
    ArrowUp: [r - 1, c], ArrowDown: [r + 1, c], ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1],
    Home: [r, 0], End: [r, last],
  }[event.key];
  const next = to && cells[to[0]]?.[to[1]];
  if (!next) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
