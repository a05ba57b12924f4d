// Histograms: bars as one outline, so that hundreds of bins are one node.

/**
 * The outline of bars from a base line.
 * @param edges n + 1 places. @param heights n heights; down where negative.
 */
function barOutline(edges, heights, base) {
  let path = "";
  for (let k = 0; k < heights.length; k++) {
    if (!heights[k]) continue;
    const width = edges[k + 1] - edges[k], gap = width > 5 ? 1 : 0;
    path += `M${round2(edges[k])} ${base}v${round2(-heights[k])}h${round2(width - gap)}V${base}Z`;
  }
  return path || "M0 0";
}

const round2 = (x) => Math.round(x * 100) / 100;

/**
 * Histograms of groups laid over one another, as shares of each group.
 * @param groups `[{ index, shares }]`: heights of steps, all over the same edges; null where a share is withheld.
 */
function overlaidHistogram(width, { edges, groups, text, height = 150 }) {
  const picture = canvas(width, height), left = 8, right = width - 8, base = height - 22;
  const x = linearScale([edges[0], edges.at(-1)], [left, right]);
  const most = Math.max(1e-9, ...groups.flatMap(({ shares }) => shares.map((share) => share ?? 0)));
  const y = linearScale([0, most], [base, 8]);
  picture.append(horizontalAxis(x, { y: base, top: 8, text }));
  for (const { index, shares } of groups) {
    let path = `M${round2(x.at(edges[0]))} ${base}`;
    let feet = "";
    shares.forEach((share, k) => {
      path += `V${round2(y.at(share ?? 0))}H${round2(x.at(edges[k + 1]))}`;
      if (share === null) feet += `M${round2(x.at(edges[k]))} ${base - 4}H${round2(x.at(edges[k + 1]))}`;
    });
    path += `V${base}`;
    picture.append(
      draw(`path.wash.${Series.fill(index)}`, { d: path }),
      draw(`path.series.${Series.stroke(index)}`, { d: path, "stroke-dasharray": Series.dash(index) }),
      feet ? draw(`path.foot.${Series.stroke(index)}`, { d: feet }) : "");
  }
  return picture;
}

/** Shares of levels: a row a level, a bar a group. */
function levelBars(width, { levels, groups, most = 8 }) {
  const shown = levels.slice(0, most), line = 13, gap = 28;
  const step = gap + groups.length * line, picture = canvas(width, shown.length * step + 6);
  const top = Math.max(1e-9, ...groups.flatMap(({ shares }) => shares.slice(0, most).map((share) => share ?? 0)));
  const x = linearScale([0, top], [16, width - 52]);
  shown.forEach((level, k) => {
    const y = k * step + 14;
    picture.append(draw("text", { x: 6, y }, brief(level, Math.max(8, Math.floor(width / 8)))));
    groups.forEach(({ index, shares }, j) => {
      const share = shares[k], top = y + 5 + j * line;
      picture.append(Series.marker(index, { x: 9, y: top + 4.5, r: 3.4 }));
      if (share === null) {
        picture.append(draw("text.soft.tiny", { x: 18, y: top + 8 }, "withheld"));
        return;
      }
      picture.append(
        draw(`rect.${Series.fill(index)}`, { x: 16, y: top, width: round2(Math.max(x.at(share) - 16, 0.5)), height: line - 4 }),
        draw("text.soft.tiny", { x: round2(x.at(share) + 4), y: top + 8 }, NumberText.percent(share)));
    });
  });
  return picture;
}
