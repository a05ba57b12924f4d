// A strip of rates: a mark a row, its interval, and behind it the pale band that holds at all thresholds.

class IntervalStrip {
  #parts = [];
  #line = 30;

  /** @param rows `[{ name, index }]`, one line each. @param isPlain Rows of one series: no mark before names. */
  constructor(width, { rows, range = [0, 1], text, isPlain = false }) {
    const left = Math.min(150, Math.round(width * 0.34)), right = 58;
    this.height = rows.length * this.#line + 26;
    this.picture = canvas(width, this.height);
    this.x = linearScale(range, [left, Math.max(left + 20, width - right)]);
    this.isPlain = isPlain;
    this.text = text ?? NumberText.percent;
    const base = this.height - 22;
    this.picture.append(horizontalAxis(this.x, {
      y: base, top: 0, count: width < 340 ? 2 : 4, text: (v) => `${Math.round(100 * v)}%`,
    }));
    const indent = isPlain ? 2 : 20, letters = Math.max(4, Math.floor((left - indent - 4) / 7));
    const names = apart(rows.map(({ name }) => name), letters);
    rows.forEach(({ index }, k) => this.#add(names[k], index, k, { left, indent, width }));
  }

  #add(name, index, k, { left, indent, width }) {
    const y = k * this.#line + this.#line / 2;
    const part = {
      band: draw(`rect.band.${Series.fill(index)}`, { y: y - 8, height: 16, rx: 3 }),
      bar: draw(`line.bar.${Series.stroke(index)}`, { y1: y, y2: y }),
      spot: Series.marker(index, { y, r: 5.5 }),
      value: draw("text.strong.end", { x: width - 2, y: y + 4 }),
      why: draw("text.soft", { x: left + 6, y: y + 4 }),
      y,
    };
    part.spot.classList.add("ringed");
    this.#parts.push(part);
    if (!this.isPlain) this.picture.append(Series.marker(index, { x: 8, y, r: 4.5 }));
    this.picture.append(
      draw("text", { x: indent, y: y + 4 }, name),
      part.band, part.bar, part.spot, part.value, part.why);
  }

  /** @param values One a row: `{ value, interval, band, reason }`. */
  move(values) {
    values.forEach(({ value, interval, band, reason }, k) => {
      const part = this.#parts[k], isThere = value !== null;
      for (const name of ["bar", "spot", "band"]) {
        mark(part[name], "visibility", isThere && (name !== "band" || band) ? "visible" : "hidden");
      }
      say(part.why, isThere ? "" : brief(reason ?? "absent", 34));
      say(part.value, isThere ? this.text(value) : "–");
      if (!isThere) return;
      const at = (share) => round2(this.x.at(share));
      mark(part.spot, "transform", `translate(${at(value)} ${part.y})`);
      if (interval) {
        mark(part.bar, "x1", at(interval[0]));
        mark(part.bar, "x2", at(interval[1]));
      }
      if (band) {
        mark(part.band, "x", at(value - band));
        mark(part.band, "width", round2(at(value + band) - at(value - band)));
      }
    });
  }
}
