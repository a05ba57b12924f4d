// Bars from a middle line, a row a group: what goes up to the right, what goes down to the left, hatched.

/** @param rows `[{ name, index, right, left, reason }]`: shares on both sides. */
function divergingBars(width, { rows, rightTitle, leftTitle, text = NumberText.percent }) {
  const names = Math.min(150, Math.round(width * 0.32)), line = 30, height = rows.length * line + 44;
  const picture = canvas(width, height);
  const most = Math.max(0.01, ...rows.flatMap(({ right, left }) => [right ?? 0, left ?? 0])) * 1.02;
  const room = 46, middle = names + (width - names) / 2;
  const x = linearScale([0, most], [0, Math.max(10, (width - names) / 2 - room)]);
  const hatch = freshId("hatch");
  picture.append(
    draw("pattern", { id: hatch, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      draw("line.hatching", { x1: 0, x2: 0, y1: 0, y2: 6 })),
    draw("text.soft", { x: middle + 6, y: 14 }, `${rightTitle} →`),
    draw("text.soft.end", { x: middle - 6, y: 14 }, `← ${leftTitle}`));
  const shown = apart(rows.map(({ name }) => name), Math.max(4, Math.floor((names - 24) / 7)));
  rows.forEach(({ index, right, left, reason }, k) => {
    const y = 24 + k * line;
    picture.append(Series.marker(index, { x: 8, y: y + 10, r: 4.5 }),
      draw("text", { x: 20, y: y + 14 }, shown[k]));
    if (reason) {
      picture.append(draw("text.soft", { x: middle + 6, y: y + 14 }, reason));
      return;
    }
    const up = round2(x.at(right)), down = round2(x.at(left)), fill = Series.fill(index);
    picture.append(
      draw(`rect.${fill}`, { x: middle, y, width: up, height: 19 }),
      draw(`rect.${fill}.pale`, { x: middle - down, y, width: down, height: 19 }),
      draw("rect", { x: middle - down, y, width: down, height: 19, fill: `url(#${hatch})` }),
      draw("text.soft", { x: middle + up + 4, y: y + 14 }, text(right)),
      draw("text.soft.end", { x: middle - down - 4, y: y + 14 }, text(left)));
  });
  picture.append(draw("line.axis", { x1: middle, x2: middle, y1: 18, y2: height - 14 }));
  return picture;
}
