// Curves of steps in a square: receiver operating characteristics, shares reached against a price.

/** The path of points, without those that no pixel would tell apart. */
function thinned(points, x, y) {
  let path = "", lastX = NaN, lastY = NaN;
  points.forEach(([a, b], k) => {
    const px = x.at(a), py = y.at(b);
    if (k > 0 && k < points.length - 1 && Math.hypot(px - lastX, py - lastY) < 0.7) return;
    path += `${path ? "L" : "M"}${round2(px)} ${round2(py)}`;
    [lastX, lastY] = [px, py];
  });
  return path;
}

/**
 * @param curves `[{ index, points: [[x, y]…], dash, band }]`: the band is half its height.
 * @param spots `[{ index, key }]`, moved by `place(key, x, y)`.
 */
function squareCurves(width, { curves, spots = [], xTitle, yTitle, diagonal, xRange = [0, 1], yRange = [0, 1], text = NumberText.percent }) {
  const height = Math.round(Math.min(width * 0.82, 420)), picture = canvas(width, height);
  const x = linearScale(xRange, [46, width - 22]), y = linearScale(yRange, [height - 40, 30]);
  const whole = (share) => (text === NumberText.percent ? `${Math.round(100 * share)}%` : text(share));
  picture.append(
    verticalAxis(y, { x: 46, right: width - 22, text: (v) => `${Math.round(100 * v)}%`, title: yTitle }),
    horizontalAxis(x, { y: height - 40, top: 30, text: whole, title: xTitle }));
  if (diagonal) {
    picture.append(draw("line.rule", { x1: x.start, y1: y.start, x2: x.end, y2: y.end }));
  }
  for (const { index, points, band } of curves) {
    if (!band) continue;
    const side = (by) => thinned(points.map(([a, b]) => [a, b + by]), x, y).slice(1);
    const back = side(-band).split("L").reverse().join("L");
    picture.append(draw(`path.band.${Series.fill(index)}`, { d: `M${side(band)}L${back}Z` }));
  }
  for (const { index, points, dash } of curves) {
    picture.append(draw(`path.series.${Series.stroke(index)}`, {
      d: thinned(points, x, y), "stroke-dasharray": dash ?? Series.dash(index),
    }));
  }
  const marks = new Map(spots.map(({ index, key, isOpen }) => {
    const spot = Series.marker(index, { r: 6 });
    spot.classList.add(isOpen ? "hollow" : "ringed");
    picture.append(spot);
    return [key, spot];
  }));
  const place = (key, a, b) => {
    const spot = marks.get(key);
    if (!spot) return;
    const isThere = a !== null && b !== null;
    mark(spot, "visibility", isThere ? "visible" : "hidden");
    if (isThere) mark(spot, "transform", `translate(${round2(x.at(a))} ${round2(y.at(b))})`);
  };
  return { picture, place };
}
