// Flips: the same people with another value of a sensitive column, and how many are decided otherwise.

Views.push({
  id: "flips", name: "Flips", key: "f", uses: ["model"],
  isThere: (exploration) => exploration.models.some((model) => model.flips?.length > 0),
  make: (page) => new FlipsView(page),
});

class FlipsView {
  constructor(page) {
    this.page = page;
    this.body = el("div.grid-figures.two");
    this.element = el("section.view", null, el("h2", null, "Flips"),
      el("p", null, "Each person is scored again with another value of one column, all else as it is. Columns that go along with it stay, so few flips do not mean that the column plays no part."),
      this.body);
  }

  #figure({ attribute, groups }) {
    const rows = groups.map((group, index) => ({ ...group, index }));
    const share = (count, of) => (of > 0 && Number.isFinite(count) ? count / of : null);
    const isThere = (row) => row.rows > 0 && Number.isFinite(row.changed);
    const count = (title, id, text) => ({
      title, numeric: true, sort: (row) => row[id] ?? null,
      cell: (row) => (Number.isFinite(row[id]) ? text(row[id]) : { text: "withheld", absent: true }),
    });
    const drawn = [...rows].sort((a, b) => b.rows - a.rows).slice(0, 10);
    return new Figure({
      title: `Another ${brief(attribute, 40)}`,
      note: `Shares of each group that would be decided otherwise.${rows.length > 10 ? " The 10 largest groups are drawn." : ""}`,
      render: (width) => divergingBars(width, {
        rightTitle: width < 380 ? "to yes" : "from no to yes", leftTitle: width < 380 ? "to no" : "from yes to no",
        rows: drawn.map((row) => ({
          name: row.name, index: row.index, reason: isThere(row) ? null : "withheld",
          right: share(row.raised, row.rows), left: share(row.lowered, row.rows),
        })),
      }),
      says: () => `Decided otherwise with another ${brief(attribute, 40)}: ${rows.slice(0, 10).map((row) =>
        `${brief(row.name, 30)} ${isThere(row) ? NumberText.percent(row.changed / row.rows) : "withheld"}`).join(", ")}`,
      table: () => ({
        rows, keyOf: (row) => row.index,
        columns: [
          { title: "Group", cell: (row) => brief(row.name, 60), sort: (row) => row.name },
          { title: "Rows asked", numeric: true, cell: (row) => NumberText.weight(row.rows), sort: (row) => row.rows },
          {
            title: "Decided otherwise", numeric: true, sort: (row) => share(row.changed, row.rows),
            cell: (row) => (isThere(row)
              ? { text: NumberText.percent(row.changed / row.rows), range: rangeText(Statistics.wilson(row.changed / row.rows, row.rows)) }
              : { text: "withheld", absent: true }),
          },
          count("From no to yes", "raised", NumberText.weight), count("From yes to no", "lowered", NumberText.weight),
          count("Mean change of the score", "mean_change", (value) => NumberText.signed(value, 4)),
        ],
      }),
    });
  }

  update(state) {
    if (this.model === state.model) return;
    this.model = state.model;
    const flips = this.page.exploration.models[state.model].flips ?? [];
    const figures = flips.map((flip) => this.#figure(flip));
    for (const { more } of figures) more.open = true;
    this.body.replaceChildren(...(figures.length > 0 ? figures.map(({ element }) => element)
      : [el("p.note", null, "This model came as scores or decisions: what it would say of other values is not known.")]));
  }
}
