// The groups as a table: counts, rates with their intervals, and the largest distance between groups.

class GroupTable {
  constructor(page) {
    this.page = page;
    const rates = Rates.shown(page.exploration.hasLabels);
    const rate = ({ id, name }) => ({
      title: name, numeric: true,
      cell: (row) => GroupTable.#rate(row.rates?.get(id)), sort: (row) => row.rates?.get(id)?.value ?? null,
    });
    this.table = new DataTable({
      caption: "Groups", keyOf: (row) => row.key,
      columns: [
        { title: "Group", cell: (row) => ({ text: brief(row.name, 60), mark: row.withheld }), sort: (row) => row.name },
        { title: "Threshold", numeric: true, cell: (row) => row.threshold, sort: (row) => row.order ?? null },
        { title: "Rows", numeric: true, cell: (row) => GroupTable.#count(row.rows), sort: (row) => row.rows ?? null },
        { title: "Selected", numeric: true, cell: (row) => GroupTable.#count(row.selected, row.isAbout), sort: (row) => row.selected ?? null },
        ...(page.exploration.hasLabels ? [
          { title: "True positives", numeric: true, cell: (row) => GroupTable.#count(row.tp, row.isAbout), sort: (row) => row.tp ?? null },
          { title: "False positives", numeric: true, cell: (row) => GroupTable.#count(row.fp, row.isAbout), sort: (row) => row.fp ?? null },
        ] : []),
        ...rates.map(rate),
      ],
    });
    this.save = el("button.quiet.small", {
      type: "button", on: { click: () => Download.csv("groups", this.table.cells) },
    }, "CSV");
    this.note = el("p.figure-note", null,
      "Under each rate is its 95% interval by Wilson, for this threshold as if it had been set beforehand. ≈ marks counts of the nearest cut: between cuts too few rows lie to be told apart here.");
    this.element = el("div", null,
      this.table.element, el("div.figure-tools", null, this.save), this.note);
  }

  static #count(value, isAbout) {
    if (value === null || value === undefined) return { text: "–", absent: true };
    return { text: `${isAbout ? "≈ " : ""}${NumberText.weight(value)}`, value };
  }

  static #rate(found) {
    if (!found) return { text: "–", absent: true };
    if (found.value === null) return { text: found.reason, absent: true, value: null };
    return {
      text: `${found.slack ? "≈ " : ""}${NumberText.percent(found.value)}`, value: found.value,
      range: rangeText(found.interval),
    };
  }

  update(state, reading) {
    const { exploration } = this.page;
    const rows = exploration.groups(state.partition).map((group, g) => {
      const counts = reading.counts[g], t = reading.thresholds?.[g];
      const hasScores = exploration.curve(reading.model, state.partition, g) !== null;
      return {
        key: g, name: group.name, withheld: counts.reason ?? null, isAbout: counts.slack > 0,
        threshold: !hasScores ? "–" : Number.isFinite(t) ? NumberText.fixed(t, 4) : Lane.write(t), order: t,
        rows: group.rows, selected: counts.selected, tp: counts.tp, fp: counts.fp,
        rates: new Map([...reading.rates].map(([id, measured]) => [id, measured[g]])),
      };
    });
    this.table.show([...rows, this.#total(reading)]);
  }

  #total(reading) {
    const rates = new Map(Rates.shown(this.page.exploration.hasLabels).map((rate) =>
      [rate.id, Rates.measure(rate, reading.total, reading.family)]));
    return {
      key: "all", name: "All groups shown", isTotal: true, threshold: "", rates, isAbout: !reading.isExact,
      ...reading.total,
    };
  }
}
