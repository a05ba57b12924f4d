// Dependence: the mean score of each group if everybody had a value of a column, all else as it is.

Views.push({
  id: "dependence", name: "Dependence", key: "e", uses: ["groups", "model"],
  isThere: (exploration) => exploration.models.some((model) => model.dependence?.length > 0),
  make: (page) => new DependenceView(page),
});

class DependenceView {
  static most = 8;

  constructor(page) {
    this.page = page;
    this.column = 0;
    this.legend = el("div");
    this.figure = new Figure({
      title: "Mean score", legend: this.legend, isWide: true,
      note: "The band is the 95% interval of the mean. Dashed: few rows have such a value, so the line says what the model would do rather than what it does.",
      render: (width) => this.#render(width), says: () => this.#says(), table: () => this.#table(),
    });
    this.none = el("p.note", { hidden: true }, "This model came as scores or decisions: what it would say of other values is not known.");
    this.list = new DataTable({
      caption: "Columns", keyOf: (row) => row.k, pick: (row) => this.#choose(row.k),
      columns: [
        { title: "Column", cell: (row) => ({ key: row.name, node: () => document.createTextNode(brief(row.name, 60)) }), sort: (row) => row.name },
        this.#number("Moves the mean by", "range"), this.#number("Differs between groups by", "apart"),
      ],
    });
    this.body = el("div.grid-figures.two", null, this.figure.element,
      el("div", null, this.list.element, el("p.figure-note", null, "“Moves” is the largest mean less the smallest in any group. “Differs” is how much more it moves one group than another.")));
    this.element = el("section.view", null, el("h2", null, "Dependence"),
      el("p", null, "Everybody is given the same value of one column, and the model scores them again. What a column moves by itself is not what it causes."),
      this.none, this.body);
  }

  #number(title, id) {
    return { title, numeric: true, sort: (row) => row[id], cell: (row) => (row[id] === null ? "–" : NumberText.ratio(row[id])) };
  }

  #choose(k) {
    this.column = k;
    this.#draw();
    Live.tell(`Dependence on ${brief(this.entries[k].column, 40)}`);
  }

  #groups(entry) {
    const groups = this.page.exploration.groups(this.state.partition);
    return shownGroups(this.page.exploration, this.state.partition, DependenceView.most).map((g) => ({
      name: groups[g].name, index: seriesOf(this.page.exploration, this.state.partition, g),
      means: entry.means?.[this.state.partition]?.[g], band: entry.band?.[this.state.partition]?.[g],
    })).filter(({ means }) => means);
  }

  #render(width) {
    const entry = this.entries?.[this.column];
    if (!entry) return null;
    return linesWithBand(width, {
      values: entry.values, isNumber: entry.kind === "number" && entry.values.length > 1, sparse: entry.sparse ?? [],
      groups: this.#groups(entry), yTitle: "Mean score", xTitle: brief(entry.column, 40),
    });
  }

  #says() {
    const entry = this.entries?.[this.column];
    return entry ? `Mean score by ${brief(entry.column, 40)}: ${this.#groups(entry).map(({ name, means }) =>
      `${brief(name, 30)} from ${NumberText.ratio(Math.min(...means))} to ${NumberText.ratio(Math.max(...means))}`).join(", ")}` : "Mean score";
  }

  #table() {
    const entry = this.entries[this.column], groups = this.page.exploration.groups(this.state.partition);
    const p = this.state.partition;
    return {
      rows: entry.values.map((value, k) => ({ value, k })), keyOf: (row) => `${this.column}/${row.k}`,
      columns: [
        {
          title: "Value", sort: (row) => row.value,
          cell: ({ value, k }) => ({
            text: typeof value === "number" ? NumberText.measured(value) : brief(value, 60),
            mark: entry.sparse?.[k] ? "few rows" : null,
          }),
        },
        ...groups.map((group, g) => ({
          title: brief(group.name, 30), numeric: true, sort: (row) => this.entries[this.column].means?.[p]?.[g]?.[row.k] ?? null,
          cell: (row) => {
            const now = this.entries[this.column], mean = now.means?.[p]?.[g]?.[row.k], half = now.band?.[p]?.[g]?.[row.k];
            return mean === null || mean === undefined ? { text: "withheld", absent: true }
              : { text: NumberText.ratio(mean), range: Number.isFinite(half) ? `± ${NumberText.ratio(half)}` : null };
          },
        })),
      ],
    };
  }

  #draw() {
    const entry = this.entries[this.column];
    this.figure.title = `Mean score by ${brief(entry.column, 40)}`;
    say(this.figure.heading, this.figure.title);
    this.figure.refresh();
  }

  update(state) {
    const key = `${state.model}/${state.partition}`;
    if (this.key === key) return;
    Object.assign(this, { key, state });
    this.entries = this.page.exploration.models[state.model].dependence ?? [];
    const isThere = this.entries.length > 0;
    this.none.hidden = isThere;
    this.body.hidden = !isThere;
    if (!isThere) return;
    this.column = Math.min(this.column, this.entries.length - 1);
    const groups = this.page.exploration.groups(state.partition);
    const { exploration } = this.page;
    this.legend.replaceChildren(Series.legend(
      shownGroups(exploration, state.partition, DependenceView.most)
        .map((g) => [groups[g].name, seriesOf(exploration, state.partition, g)])));
    const rows = this.entries.map((entry, k) => {
      const spans = (entry.means?.[state.partition] ?? []).filter(Boolean).map((means) => {
        const there = means.filter((mean) => mean !== null);
        return Math.max(...there) - Math.min(...there);
      }).filter(Number.isFinite);
      return {
        k, name: entry.column, range: spans.length > 0 ? Math.max(...spans) : null,
        apart: spans.length > 1 ? Math.max(...spans) - Math.min(...spans) : null,
      };
    });
    this.list.show(rows.sort((a, b) => (b.range ?? -1) - (a.range ?? -1)));
    this.#draw();
  }
}
