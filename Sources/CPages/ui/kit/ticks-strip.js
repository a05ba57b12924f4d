// Many numbers on one line: a tick each, the pinned ones with marks, a rule at the whole's own number.

/** @param items `[{ key, value, isFaint, pin, says }]` @param choose What a click on the nearest does. */
function tickStrip(width, { items, range, whole, choose, text = (share) => `${Math.round(100 * share)}%` }) {
  const height = 74, picture = canvas(width, height), x = linearScale(range, [16, width - 20]);
  picture.append(horizontalAxis(x, { y: 48, top: 8, text, count: Math.max(2, Math.floor(width / 110)) }));
  const parts = ["", ""];
  for (const { value, isFaint } of items) parts[isFaint ? 0 : 1] += `M${round2(x.at(value))} 20v28`;
  picture.append(draw("path.tick.few", { d: parts[0] || "M0 0" }), draw("path.tick", { d: parts[1] || "M0 0" }));
  if (whole !== null) picture.append(draw("line.rule", { x1: x.at(whole), x2: x.at(whole), y1: 4, y2: 48 }));
  for (const { value, pin } of items) {
    if (pin === null || pin === undefined) continue;
    const spot = Series.marker(pin, { x: x.at(value), y: 14, r: 6 });
    spot.classList.add("ringed");
    picture.append(spot);
  }
  if (choose) {
    picture.classList.add("pickable");
    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect(), place = ((event.clientX - box.left) / box.width) * width;
      const nearest = items.reduce((best, item) =>
        (!best || Math.abs(x.at(item.value) - place) < Math.abs(x.at(best.value) - place) ? item : best), null);
      if (nearest && Math.abs(x.at(nearest.value) - place) < 14) choose(nearest.key);
    });
  }
  return picture;
}
