// Receiver operating characteristics of the groups, with the point at which each group's threshold stands.

class RocFigure {
  constructor(page) {
    this.page = page;
    this.legend = el("div");
    this.figure = new Figure({
      title: "True against false positive rate",
      note: "Marks are the thresholds as they are set. A second model is drawn in dots, its marks hollow.",
      legend: this.legend,
      render: (width) => this.#render(width),
      says: () => this.#says(),
      table: () => this.#table(),
    });
    this.element = this.figure.element;
  }

  #points(m, g) {
    const curve = this.page.exploration.curve(m, this.state.partition, g);
    if (!curve || !(curve.totalPositives > 0) || !(curve.totalNegatives > 0)) return null;
    const points = [[0, 0]];
    for (let k = 0; k < curve.length; k++) {
      points.push([curve.negatives[k] / curve.totalNegatives, curve.positives[k] / curve.totalPositives]);
    }
    points.push([1, 1]);
    return points;
  }

  #render(width) {
    if (!this.state) return null;
    const curves = [], spots = [];
    for (const [n, { model }] of this.readings.entries()) {
      for (const g of shownGroups(this.page.exploration, this.state.partition, 8)) {
        const points = this.#points(model, g);
        if (!points) continue;
        const index = seriesOf(this.page.exploration, this.state.partition, g);
        curves.push({ index, points, dash: n > 0 ? "1 4" : undefined });
        spots.push({ index, key: `${n}/${g}`, isOpen: n > 0 });
      }
    }
    const { picture, place } = squareCurves(width, {
      curves, spots, diagonal: true, xTitle: "False positive rate", yTitle: "True positive rate",
    });
    this.place = place;
    this.#move();
    return picture;
  }

  #move() {
    this.readings.forEach(({ rates }, n) => {
      const x = rates.get("false_positive_rate"), y = rates.get("true_positive_rate");
      x.forEach((fpr, g) => this.place?.(`${n}/${g}`, fpr.value, y[g].value));
    });
  }

  #says() {
    const [{ rates }] = this.readings, groups = this.page.exploration.groups(this.state.partition);
    const text = (rate) => (rate.value === null ? rate.reason : NumberText.percent(rate.value));
    return `True against false positive rates: ${shownGroups(this.page.exploration, this.state.partition, 8).map((g) =>
      `${brief(groups[g].name, 40)} ${text(rates.get("true_positive_rate")[g])} and ${text(rates.get("false_positive_rate")[g])}`).join(", ")}`;
  }

  #table() {
    const groups = this.page.exploration.groups(this.state.partition);
    const rows = this.readings.flatMap(({ model, rates }) => groups.map((group, g) => ({
      key: `${model}/${g}`, name: group.name, model: this.page.exploration.models[model].name,
      tpr: rates.get("true_positive_rate")[g], fpr: rates.get("false_positive_rate")[g], area: this.#area(model, g),
    })));
    const rate = (key, title) => ({
      title, numeric: true, sort: (row) => row[key].value,
      cell: (row) => (row[key].value === null ? { text: row[key].reason, absent: true } : NumberText.percent(row[key].value)),
    });
    return {
      rows, keyOf: (row) => row.key,
      columns: [
        { title: "Group", cell: (row) => brief(row.name, 60), sort: (row) => row.name },
        { title: "Model", cell: (row) => brief(row.model, 40), sort: (row) => row.model },
        rate("tpr", "True positive rate"), rate("fpr", "False positive rate"),
        { title: "Area under the curve", numeric: true, sort: (row) => row.area, cell: (row) => (row.area === null ? "–" : NumberText.ratio(row.area)) },
      ],
    };
  }

  /** The area by trapezoids: exact where every score is a cut. */
  #area(model, g) {
    const points = this.#points(model, g);
    if (!points) return null;
    let area = 0;
    for (let k = 1; k < points.length; k++) {
      area += ((points[k][0] - points[k - 1][0]) * (points[k][1] + points[k - 1][1])) / 2;
    }
    return area;
  }

  update(state, readings) {
    const built = `${state.partition}/${readings.map(({ model }) => model)}`;
    const isNew = built !== this.built;
    Object.assign(this, { state, readings, built });
    if (isNew) {
      const groups = this.page.exploration.groups(state.partition);
      this.legend.replaceChildren(Series.legend(
        shownGroups(this.page.exploration, state.partition, 8).map((g) => [groups[g].name, seriesOf(this.page.exploration, state.partition, g)])));
      this.figure.refresh();
    } else {
      this.#move();
      this.figure.retell();
    }
  }
}
