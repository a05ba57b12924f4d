// Lines with a band: a mean against a number, a group a line, dashed where few rows lie near.

/**
 * @param values Numbers of the axis, or names of levels.
 * @param groups `[{ name, index, means, band }]`; null where a mean is withheld.
 * @param sparse Whether few rows are near a value.
 */
function linesWithBand(width, { values, isNumber, groups, sparse = [], yTitle, xTitle, text }) {
  const height = isNumber ? 260 : 290, picture = canvas(width, height);
  const left = 48, base = height - (isNumber ? 44 : 78), top = 30;
  const all = groups.flatMap(({ means, band }) =>
    means.flatMap((mean, k) => (mean === null ? [] : [mean - (band?.[k] ?? 0), mean + (band?.[k] ?? 0)])));
  const low = Math.min(...all, 1), high = Math.max(...all, 0), room = (high - low) * 0.08 || 0.05;
  const y = linearScale([Math.max(low - room, low >= 0 ? 0 : -Infinity), high + room], [base, top]);
  const x = isNumber
    ? linearScale([values[0], values.at(-1)], [left + 8, width - 16])
    : { at: (k) => left + 14 + ((k + 0.5) * (width - left - 26)) / values.length };
  const place = (k) => (isNumber ? x.at(values[k]) : x.at(k));
  picture.append(verticalAxis(y, { x: left, right: width - 10, title: yTitle, text: text ?? NumberText.short }));
  if (isNumber) {
    picture.append(horizontalAxis(x, { y: base, top, title: xTitle, text: NumberText.measured }));
  } else {
    picture.append(draw("line.axis", { x1: left, x2: width - 10, y1: base, y2: base }), levelNames());
  }
  for (const group of groups) picture.append(...(isNumber ? run(group) : dots(group)));
  return picture;

  function levelNames() {
    const room = (width - left - 26) / values.length;
    const every = Math.max(1, Math.ceil(14 / room));
    return values.map((name, k) => (k % every ? null : draw("text.soft.end", {
      transform: `translate(${round2(place(k) + 4)} ${base + 12}) rotate(-40)`,
    }, brief(name, 13)))).filter(Boolean).reduce((group, text) => (group.append(text), group), draw("g"));
  }

  function run({ index, means, band }) {
    const there = means.map((mean, k) => k).filter((k) => means[k] !== null);
    const above = there.map((k) => `${round2(place(k))} ${round2(y.at(means[k] + (band?.[k] ?? 0)))}`);
    const below = there.map((k) => `${round2(place(k))} ${round2(y.at(means[k] - (band?.[k] ?? 0)))}`);
    const parts = there.length > 1
      ? [draw(`path.band.${Series.fill(index)}`, { d: `M${above.join("L")}L${below.reverse().join("L")}Z` })] : [];
    let solid = "", rough = "";
    there.slice(1).forEach((k, n) => {
      const before = there[n];
      const piece = `M${round2(place(before))} ${round2(y.at(means[before]))}L${round2(place(k))} ${round2(y.at(means[k]))}`;
      if (sparse[before] || sparse[k]) rough += piece;
      else solid += piece;
    });
    if (solid) parts.push(draw(`path.series.${Series.stroke(index)}`, { d: solid }));
    if (rough) parts.push(draw(`path.series.${Series.stroke(index)}`, { d: rough, "stroke-dasharray": "3 4" }));
    for (const k of there) parts.push(Series.marker(index, { x: place(k), y: y.at(means[k]), r: 3 }));
    return parts;
  }

  function dots({ index, means, band }) {
    const shift = (groups.findIndex((group) => group.index === index) - (groups.length - 1) / 2) * 7;
    return means.flatMap((mean, k) => {
      if (mean === null) return [];
      const at = round2(place(k) + shift), half = band?.[k] ?? 0;
      return [
        draw(`line.bar.${Series.stroke(index)}`, { x1: at, x2: at, y1: round2(y.at(mean - half)), y2: round2(y.at(mean + half)) }),
        Series.marker(index, { x: at, y: y.at(mean), r: 4 }),
      ];
    });
  }
}
