// Data: a card a column, its values by group, and how much it tells of the groups and of the label.

Views.push({
  id: "data", name: "Data", key: "d", uses: ["groups"],
  isThere: (exploration) => exploration.columns.length > 0,
  make: (page) => new ColumnsView(page),
});

class ColumnsView {
  static most = 4;

  constructor(page) {
    this.page = page;
    const { columns } = page.exploration;
    const attributes = [...new Set(columns.flatMap(({ proxy }) => Object.keys(proxy ?? {})))];
    this.orders = new Map([
      ["file", ["As in the data", () => 0]],
      ["name", ["Name", (a, b) => a.name.localeCompare(b.name, "en")]],
      ["missing", ["Missing, most first", (a, b) => (b.missing ?? 0) / (b.rows || 1) - (a.missing ?? 0) / (a.rows || 1)]],
      ...(page.exploration.hasLabels ? [["label", ["Association with the label", (a, b) => (b.label_association ?? -1) - (a.label_association ?? -1)]]] : []),
      ...attributes.map((name) => [`proxy:${name}`, [`Tells most of ${brief(name, 30)}`, (a, b) => (b.proxy?.[name] ?? -1) - (a.proxy?.[name] ?? -1)]]),
    ]);
    this.order = chooser("Order", [...this.orders].map(([value, [text]]) => [value, text]), () => this.#arrange());
    this.search = el("input", { type: "text", id: "search-columns", on: { input: () => this.#arrange() } });
    this.count = el("p.soft", { role: "status" });
    this.grid = el("div.columns");
    this.cards = columns.map((column) => ({ column, card: new ColumnCard(page, column) }));
    this.table = new DataTable(this.#summary(attributes));
    this.table.show(columns);
    this.legend = el("div");
    this.element = el("section.view", null, el("h2", null, "Columns"),
      el("p", null, "Histograms are shares of each group, over the same bins; a dotted foot is a bin of so few rows that its count is withheld. Association is Cramér's V: 0 tells nothing, 1 tells all."),
      el("div.row.no-print", null, this.order.element, el("label.field.compact", null, el("span", null, "Search"), this.search)),
      this.count, this.legend, this.grid, this.table.element);
    this.#arrange();
  }

  #summary(attributes) {
    const number = (title, of, text = NumberText.measured) => ({
      title, numeric: true, sort: (row) => of(row) ?? null,
      cell: (row) => (of(row) === null || of(row) === undefined ? { text: "–", absent: true } : text(of(row))),
    });
    return {
      caption: "All columns", keyOf: (row) => row.name,
      columns: [
        { title: "Column", cell: (row) => brief(row.name, 60), sort: (row) => row.name },
        { title: "Kind", cell: (row) => row.kind, sort: (row) => row.kind },
        number("Missing", (row) => (row.rows > 0 && Number.isFinite(row.missing) ? row.missing / row.rows : null), NumberText.percent),
        number("Distinct", (row) => row.distinct, NumberText.count),
        number("Mean", (row) => row.mean), number("Deviation", (row) => row.sd),
        number("Median", (row) => row.quantiles?.[4]),
        ...(this.page.exploration.hasLabels ? [number("Label", (row) => row.label_association, NumberText.ratio)] : []),
        ...attributes.map((name) => number(`Tells of ${brief(name, 24)}`, (row) => row.proxy?.[name], NumberText.ratio)),
      ],
    };
  }

  #arrange() {
    const words = this.search.value.trim().toLowerCase(), [, compare] = this.orders.get(this.order.select.value);
    const shown = this.cards.filter(({ column }) => column.name.toLowerCase().includes(words));
    shown.sort((a, b) => compare(a.column, b.column));
    this.grid.replaceChildren(...shown.map(({ card }) => card.element));
    say(this.count, words ? `${NumberText.counted(shown.length, "column")} of ${this.cards.length}` : "");
    this.count.hidden = !words;
  }

  update(state) {
    if (this.partition === state.partition) return;
    this.partition = state.partition;
    const groups = this.page.exploration.groups(state.partition);
    const shown = shownGroups(this.page.exploration, state.partition, ColumnsView.most);
    this.legend.replaceChildren(Series.legend(shown.map((g) => [groups[g].name, seriesOf(this.page.exploration, state.partition, g)])),
      ...(groups.length > shown.length ? [el("p.figure-note", null, leftOut(this.page.exploration, state.partition, ColumnsView.most))] : []));
    for (const { card } of this.cards) card.show(state.partition, shown);
  }
}

/** One column: its histogram or levels by group, and its numbers. */
class ColumnCard {
  constructor(page, column) {
    this.page = page;
    this.column = column;
    this.figure = new Figure({
      title: brief(column.name, 60), render: (width) => this.#render(width), says: () => this.#says(), table: () => this.#table(),
    });
    this.figure.place.after(this.#facts());
    this.element = this.figure.element;
  }

  #facts() {
    const c = this.column;
    const share = (count) => (count === null || count === undefined ? "withheld"
      : c.rows > 0 ? NumberText.percent(count / c.rows) : "no rows");
    const items = [["Missing", share(c.missing)]];
    if (c.kind === "number") items.push(["Zeros", share(c.zeros)]);
    if (c.distinct !== undefined) items.push(["Distinct", NumberText.count(c.distinct)]);
    if (Number.isFinite(c.mean)) items.push(["Mean", NumberText.measured(c.mean)]);
    if (Number.isFinite(c.sd)) items.push(["Deviation", NumberText.measured(c.sd)]);
    if (c.quantiles) items.push(["Quartiles", [3, 4, 5].map((k) => NumberText.measured(c.quantiles[k])).join(" · ")]);
    const strengths = [
      ...(Number.isFinite(c.label_association) ? [["Label", c.label_association]] : []),
      ...Object.entries(c.proxy ?? {}).map(([name, value]) => [`Tells of ${brief(name, 20)}`, value]),
    ].filter(([, value]) => Number.isFinite(value));
    return el("div", null,
      el("dl.small-facts", null, items.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value)))),
      el("dl.strengths", null, strengths.map(([name, value]) => el("div", null, el("dt", null, name),
        el("dd", null, el("span.meter", { "aria-hidden": "true", css: { "--share": `${Math.round(100 * Math.min(Math.max(value, 0), 1))}%` } }), NumberText.ratio(value))))));
  }

  show(partition, groups) {
    this.partition = partition;
    this.groups = groups;
    this.figure.refresh();
  }

  #counts(g) {
    const { bins, level_counts: levels } = this.column;
    return (bins?.counts ?? levels)?.[this.partition]?.[g] ?? null;
  }

  #render(width) {
    if (this.partition === undefined) return null;
    const { bins, levels } = this.column;
    const groups = this.groups.map((g) => ({ g, index: seriesOf(this.page.exploration, this.partition, g), counts: this.#counts(g) })).filter(({ counts }) => counts)
      .map(({ g, index, counts }) => {
        const rows = this.page.exploration.groups(this.partition)[g].rows || 1;
        return { index, shares: counts.map((count) => (Number.isFinite(count) ? count / rows : null)) };
      });
    if (groups.length === 0) return this.#nothing(width);
    if (bins) return overlaidHistogram(width, { edges: bins.edges, groups, text: NumberText.measured });
    return levelBars(width, { levels, groups });
  }

  #nothing(width) {
    const picture = canvas(width, 40);
    picture.append(draw("text.soft", { x: 4, y: 22 }, "withheld in all of these groups"));
    return picture;
  }

  #says() {
    const c = this.column;
    return c.bins ? `Histogram of ${brief(c.name, 60)} by group from ${NumberText.measured(c.bins.edges[0])} to ${NumberText.measured(c.bins.edges.at(-1))}`
      : `Levels of ${brief(c.name, 60)} by group`;
  }

  #table() {
    const { bins, levels } = this.column, groups = this.page.exploration.groups(this.partition);
    const names = bins
      ? bins.edges.slice(1).map((edge, k) => `${NumberText.measured(bins.edges[k])} to ${NumberText.measured(edge)}`) : levels;
    return {
      rows: names.map((name, k) => ({ name, k })), keyOf: (row) => row.k,
      columns: [
        { title: bins ? "From, to" : "Level", cell: (row) => brief(row.name, 60), sort: (row) => (bins ? row.k : row.name), csv: (row) => row.name },
        ...groups.map((group, g) => ({
          title: brief(group.name, 30), numeric: true, sort: (row) => this.#counts(g)?.[row.k] ?? null,
          cell: (row) => {
            const count = this.#counts(g)?.[row.k];
            return count === null || count === undefined ? { text: "withheld", absent: true } : NumberText.weight(count);
          },
        })),
      ],
    };
  }
}
