// Recourse: of those refused, what share could reach a yes, and at what effort.

Views.push({
  id: "recourse", name: "Recourse", key: "c", uses: ["groups", "model"],
  isThere: (exploration) => exploration.models.some((model) => model.recourse?.length > 0),
  make: (page) => new RecourseView(page),
});

class RecourseView {
  constructor(page) {
    this.page = page;
    this.legend = el("div");
    this.figure = new Figure({
      title: "Refused people who reach a yes", legend: this.legend, isWide: true,
      note: "The pale band holds for all efforts and groups at once (Massart's inequality, 95%). Effort is the least "
        + "cost of changes that the model rewards, in the units of the document. Whether people can make these "
        + "changes, and whether they should have to, no number tells.",
      render: (width) => this.#render(width), says: () => this.#says(), table: () => this.#table(),
    });
    this.figure.more.open = true;
    this.none = el("p.note", { hidden: true }, "There is no recourse for this model by these groups.");
    this.element = el("section.view", null, el("h2", null, "Recourse"),
      el("p", null, "A curve shows for each effort how many of a group's refused people would be selected by then. Groups whose curve lies lower pay more for the same answer."),
      this.none, this.figure.element);
  }

  #rows() {
    return (this.groups ?? []).map((group, g) => ({
      ...group, g, index: seriesOf(this.page.exploration, this.page.store.state.partition, g),
      share: group.refused > 0 && Number.isFinite(group.reachable) ? group.reachable / group.refused : null,
    }));
  }

  #drawn() {
    return this.#rows().filter(({ costs, share }) => costs && share !== null).sort((a, b) => b.refused - a.refused).slice(0, 8);
  }

  #render(width) {
    const rows = this.#drawn();
    if (rows.length === 0) return null;
    const most = Math.max(...rows.map(({ costs }) => costs.at(-1))) || 1;
    const top = Math.min(1, Math.max(...rows.map(({ share }) => share)) * 1.1 || 1);
    const { picture } = squareCurves(width, {
      xRange: [0, most], yRange: [0, top], text: NumberText.measured, xTitle: "Effort", yTitle: "Of the refused",
      curves: rows.map(({ index, costs, share, refused }) => ({
        index, band: Statistics.massart(refused, this.#rows().length), points: [[0, 0], ...costs.map((cost, k) => [cost, (share * k) / (costs.length - 1)])],
      })),
    });
    return picture;
  }

  #says() {
    return `Refused people who reach a yes: ${this.#rows().slice(0, 10).map(({ name, share }) => `${brief(name, 30)} ${share === null ? "withheld" : NumberText.percent(share)}`).join(", ")}`;
  }

  #table() {
    const cost = (title, k) => ({
      title, numeric: true, sort: (row) => row.costs?.[k] ?? null,
      cell: (row) => (row.costs ? NumberText.measured(row.costs[k]) : { text: "withheld", absent: true }),
    });
    const count = (title, id) => ({
      title, numeric: true, sort: (row) => row[id],
      cell: (row) => (!Number.isFinite(row[id]) ? { text: "withheld", absent: true } : NumberText.weight(row[id])),
    });
    return {
      rows: this.#rows(), keyOf: (row) => row.g,
      columns: [
        { title: "Group", cell: (row) => brief(row.name, 60), sort: (row) => row.name }, count("Refused", "refused"), count("Can reach a yes", "reachable"),
        {
          title: "Share", numeric: true, sort: (row) => row.share,
          cell: (row) => (row.share === null ? { text: row.refused === 0 ? "nobody refused" : "withheld", absent: true }
            : { text: NumberText.percent(row.share), range: rangeText(Statistics.wilson(row.share, row.refused)) }),
        },
        cost("Least tenth", 1), cost("Median effort", 5), cost("Largest tenth", 9),
      ],
    };
  }

  update(state) {
    const key = `${state.model}/${state.partition}`;
    if (this.key === key) return;
    this.key = key;
    this.groups = this.page.exploration.models[state.model].recourse?.[state.partition]?.groups ?? null;
    this.none.hidden = Boolean(this.groups);
    this.figure.element.hidden = !this.groups;
    if (!this.groups) return;
    this.legend.replaceChildren(Series.legend(this.#drawn().map(({ name, index }) => [name, index])));
    this.figure.refresh();
  }
}
