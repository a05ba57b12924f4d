// The rates of the groups, a strip each: the mark is the rate, the bar its interval, and the pale band holds at
// every threshold of all curves looked at.

class RateStrips {
  constructor(page, model) {
    this.page = page;
    this.model = model;
    this.element = el("div.grid-figures");
  }

  #build(state, reading) {
    const { exploration } = this.page;
    this.partition = state.partition;
    const order = shownGroups(exploration, state.partition);
    this.order = order;
    this.figures = Rates.shown(exploration.hasLabels).map((rate) => {
      const gap = el("p.gap");
      const strip = { rate, gap, widget: null };
      strip.figure = new Figure({
        title: rate.name, note: rate.words + (rate.hasBand ? "." : ". No band holds at all thresholds: its denominator moves with them."),
        render: (width) => {
          strip.widget = new IntervalStrip(width, {
            rows: order.map((g) => ({ name: exploration.groups(state.partition)[g].name, index: seriesOf(exploration, state.partition, g) })),
          });
          this.#move(strip);
          return strip.widget.picture;
        },
        says: () => this.#says(strip),
        table: () => this.#table(strip),
      });
      strip.figure.place.before(gap);
      return strip;
    });
    this.gaps = new GapStrip(this.page);
    this.element.replaceChildren(...this.figures.map(({ figure }) => figure.element), this.gaps.element);
  }

  #move({ rate, widget }) {
    const measured = this.reading.rates.get(rate.id);
    widget?.move(this.order.map((g) => measured[g]));
  }

  #says({ rate }) {
    const measured = this.reading.rates.get(rate.id), groups = this.page.exploration.groups(this.partition);
    return `${rate.name}: ${this.order.slice(0, 12).map((g) => `${brief(groups[g].name, 40)} ${measured[g].value === null ? measured[g].reason : NumberText.percent(measured[g].value)}`).join(", ")}`;
  }

  #table({ rate }) {
    const measured = this.reading.rates.get(rate.id), groups = this.page.exploration.groups(this.partition);
    const share = (value) => (value === null || value === undefined ? null : value);
    return {
      keyOf: (row) => row.g,
      rows: groups.map((group, g) => ({ g, name: group.name, ...measured[g] })),
      columns: [
        { title: "Group", cell: (row) => brief(row.name, 60), sort: (row) => row.name },
        { title: rate.name, numeric: true, sort: (row) => share(row.value), cell: (row) => (row.value === null ? { text: row.reason, absent: true } : NumberText.percent(row.value)) },
        { title: "95% interval", numeric: true, cell: (row) => rangeText(row.interval), sort: (row) => share(row.interval?.[0]) },
        { title: "Band at all thresholds", numeric: true, cell: (row) => (row.band ? `± ${NumberText.distance(row.band)}` : "–"), sort: (row) => share(row.band) },
        { title: "Of rows", numeric: true, cell: (row) => (row.value === null ? "–" : `${NumberText.weight(row.top)} of ${NumberText.weight(row.bottom)}`), sort: (row) => share(row.bottom) },
      ],
    };
  }

  update(state, reading) {
    this.reading = reading;
    if (this.partition !== state.partition) this.#build(state, reading);
    for (const strip of this.figures) {
      this.#move(strip);
      say(strip.gap, gapText(reading.gap(strip.rate.id), this.page.exploration.groups(state.partition)));
      strip.figure.retell();
    }
    this.gaps.update(state, reading);
  }
}

const rangeText = (interval) =>
  interval ? `${NumberText.percent(interval[0])} to ${NumberText.percent(interval[1])}` : "–";

/** The gap of a rate in words. */
function gapText(gap, groups) {
  if (!gap) return "No gap: fewer than two groups have this rate.";
  const who = gap.high === gap.low ? "" : ` between ${brief(groups[gap.high].name, 24)} and ${brief(groups[gap.low].name, 24)}`;
  const least = gap.least === null ? "" : gap.least > 0
    ? `; at least ${NumberText.distance(gap.least)} by the band` : "; none is possible, by the band";
  const ratio = gap.ratio === null ? "" : `; ratio ${NumberText.ratio(gap.ratio)}`;
  return `Gap ${NumberText.distance(gap.distance)}${who}${least}${ratio}`;
}
