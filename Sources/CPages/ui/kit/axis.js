// Axes of pictures: thin lines of a grid, and their numbers.

/** A horizontal axis at `y`, with lines of the grid up to `top`. */
function horizontalAxis(scale, { y, top, count, text, title }) {
  const width = scale.end - scale.start;
  const numbers = ticks([scale.low, scale.high], count ?? Math.max(2, Math.floor(width / 80)));
  const group = draw("g.axis-group");
  for (const number of numbers) {
    const x = scale.at(number);
    group.append(
      draw("line.grid", { x1: x, x2: x, y1: top, y2: y }),
      draw("text.soft.middle", { x, y: y + 18 }, (text ?? NumberText.short)(number)));
  }
  group.append(draw("line.axis", { x1: scale.start, x2: scale.end, y1: y, y2: y }));
  if (title) {
    group.append(draw("text.soft.middle", { x: (scale.start + scale.end) / 2, y: y + 34 }, title));
  }
  return group;
}

/** A vertical axis at `x`, with lines of the grid up to `right`. */
function verticalAxis(scale, { x, right, count, text, title }) {
  const group = draw("g.axis-group");
  for (const number of ticks([scale.low, scale.high], count ?? 4)) {
    const y = scale.at(number);
    group.append(
      draw("line.grid", { x1: x, x2: right, y1: y, y2: y }),
      draw("text.soft.end", { x: x - 7, y: y + 4 }, (text ?? NumberText.short)(number)));
  }
  if (title) group.append(draw("text.soft", { x: 2, y: Math.min(scale.start, scale.end) - 14 }, title));
  return group;
}
