// Dots on two axes, each with its name.

/** @param dots `[{ name, index, x, y, bars: { x, y }, isOpen, choose }]` */
function dotPlot(width, { dots, xTitle, yTitle, xText = NumberText.short, yText = NumberText.short, joined, xRange, yRange }) {
  const height = Math.min(360, Math.max(240, width * 0.6)), picture = canvas(width, height);
  const x = linearScale(xRange ?? padded(dots.map((dot) => dot.x)), [58, width - 20]);
  const y = linearScale(yRange ?? padded(dots.map((dot) => dot.y)), [height - 42, 32]);
  picture.append(
    verticalAxis(y, { x: 58, right: width - 20, title: yTitle, text: yText }),
    horizontalAxis(x, { y: height - 42, top: 32, title: xTitle, text: xText, count: Math.max(2, Math.floor(width / 130)) }));
  if (joined) {
    picture.append(draw("path.series.s7", {
      d: dots.filter((dot) => !dot.isOpen).map((dot, k) => `${k ? "L" : "M"}${round2(x.at(dot.x))} ${round2(y.at(dot.y))}`).join("") || "M0 0",
      "stroke-dasharray": "4 3",
    }));
  }
  const taken = [];
  for (const dot of dots) {
    const at = [x.at(dot.x), y.at(dot.y)];
    if (dot.bars?.x) picture.append(draw("line.error.s7", { x1: x.at(dot.bars.x[0]), x2: x.at(dot.bars.x[1]), y1: at[1], y2: at[1] }));
    if (dot.bars?.y) picture.append(draw("line.error.s7", { y1: y.at(dot.bars.y[0]), y2: y.at(dot.bars.y[1]), x1: at[0], x2: at[0] }));
    const spot = Series.marker(dot.index, { x: at[0], y: at[1], r: 6 });
    spot.classList.add(dot.isOpen ? "hollow" : "ringed");
    picture.append(spot);
    if (dot.name) picture.append(label(dot, at));
  }
  return picture;

  function label({ name }, [px, py]) {
    const text = brief(name, 22), isRight = px < width * 0.62, length = text.length * 7;
    let ly = py - 10;
    const from = isRight ? px + 4 : px - 4 - length;
    while (taken.some((box) => Math.abs(box.y - ly) < 15 && from < box.to && from + length > box.from)) ly += 16;
    taken.push({ y: ly, from, to: from + length });
    return draw(`text.label${isRight ? "" : ".end"}`, { x: px + (isRight ? 6 : -6), y: ly }, text);
  }
}

function padded(values) {
  const low = Math.min(...values), high = Math.max(...values), room = (high - low) * 0.15 || 0.05;
  return [low - room, high + room];
}
