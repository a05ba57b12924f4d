// The largest distance between groups in each rate: bars are pointwise intervals, bands hold at all thresholds.

class GapStrip {
  constructor(page) {
    this.page = page;
    this.rates = Rates.shown(page.exploration.hasLabels);
    this.figure = new Figure({
      title: "Gaps between groups", note: "The largest distance between two groups, in each rate.",
      render: (width) => {
        this.widget = new IntervalStrip(width, {
          rows: this.rates.map((rate) => ({ name: rate.name, index: 7 })), text: NumberText.distance, isPlain: true,
        });
        this.#move();
        return this.widget.picture;
      },
      says: () => `Gaps between groups: ${this.#rows().map(({ name, gap }) => `${name} ${gap ? NumberText.distance(gap.distance) : "none"}`).join(", ")}`,
      table: () => this.#table(),
    });
    this.element = this.figure.element;
  }

  #rows() {
    return this.rates.map((rate) => ({ name: rate.name, gap: this.reading?.gap(rate.id) ?? null }));
  }

  #move() {
    if (!this.reading) return;
    this.widget?.move(this.#rows().map(({ gap }) => (gap
      ? { value: gap.distance, interval: gap.interval, band: gap.band }
      : { value: null, reason: "fewer than two groups" })));
  }

  #table() {
    const number = (title, of, text) => ({
      title, numeric: true, sort: (row) => (row.gap ? of(row.gap) : null),
      cell: (row) => (row.gap && of(row.gap) !== null ? text(of(row.gap)) : { text: "–", absent: true }),
    });
    const groups = this.page.exploration.groups(this.partition);
    const who = (side) => (row) => (row.gap ? brief(groups[row.gap[side]].name, 40) : "–");
    return {
      rows: this.#rows(), keyOf: (row) => row.name,
      columns: [
        { title: "Rate", cell: (row) => row.name, sort: (row) => row.name },
        number("Gap", (gap) => gap.distance, NumberText.distance),
        number("Band", (gap) => gap.band, (band) => `± ${NumberText.distance(band)}`),
        number("At least", (gap) => gap.least, NumberText.distance),
        {
          ...number("Ratio, and by the band", (gap) => gap.ratio, NumberText.ratio),
          cell: ({ gap }) => (gap?.ratio === null || !gap ? { text: "–", absent: true } : {
            text: NumberText.ratio(gap.ratio), range: gap.ratioBand ? gap.ratioBand.map(NumberText.ratio).join(" to ") : null,
          }),
        },
        { title: "Highest", cell: who("high"), sort: who("high") },
        { title: "Lowest", cell: who("low"), sort: who("low") },
      ],
    };
  }

  update(state, reading) {
    this.reading = reading;
    this.partition = state.partition;
    this.#move();
    this.figure.retell();
  }
}
