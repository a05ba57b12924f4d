// Error tree: where a model errs most, found on one half of the rows and counted again on the other.

Views.push({
  id: "errors", name: "Error tree", key: "r", uses: ["model"],
  isThere: (exploration) => exploration.models.some((model) => model.error_tree?.nodes?.length > 0),
  make: (page) => new ErrorTreeView(page),
});

class ErrorTreeView {
  static losses = { error: "Errors", false_positive: "False positives", false_negative: "False negatives" };

  constructor(page) {
    this.page = page;
    this.figure = new Figure({
      title: "Errors", isWide: true,
      note: "A node is as wide as its rows are many, and darker where the rate is higher. Numbers are of the half on "
        + "which the tree was grown; what the other half says, which it never saw, is in the table with its 95% interval.",
      render: (width) => this.#render(width), says: () => this.#says(), table: () => this.#table(),
    });
    this.figure.more.open = true;
    this.none = el("p.note", { hidden: true }, "There is no tree for this model.");
    this.element = el("section.view", null, el("h2", null, "Error tree"),
      el("p", null, "The rows are split again and again where the rates of errors differ most."), this.none, this.figure.element);
  }

  #node(node) {
    return {
      title: node.condition || "All rows", share: node.rows / this.nodes[0].rows, rate: node.rate ?? 0,
      detail: `${NumberText.counted(node.rows, "row")}${Number.isFinite(node.held_rate) ? `; other half ${NumberText.percent(node.held_rate)}` : ""}`,
      children: this.nodes.filter(({ parent }) => parent === node.id).map((child) => this.#node(child)),
    };
  }

  #depth(node) {
    let depth = 0;
    for (let each = node; each && each.parent !== null && each.parent !== undefined; depth++) {
      each = this.nodes.find(({ id }) => id === each.parent);
    }
    return depth;
  }

  #render(width) {
    if (!this.nodes?.length) return null;
    return icicle(width, {
      root: this.#node(this.nodes[0]), depth: Math.max(...this.nodes.map((node) => this.#depth(node))) + 1,
      most: Math.max(...this.nodes.map(({ rate }) => rate ?? 0)),
    });
  }

  #says() {
    const worst = [...(this.nodes ?? [])].sort((a, b) => (b.held_rate ?? -1) - (a.held_rate ?? -1))[0];
    return worst ? `Tree of ${this.nodes.length} nodes; highest rate on the other half: ${brief(worst.condition || "all rows", 60)}, ${NumberText.percent(worst.held_rate ?? 0)}` : "Tree";
  }

  #path(node) {
    const parts = [];
    for (let each = node; each?.condition; each = this.nodes.find(({ id }) => id === each.parent)) {
      parts.unshift(brief(each.condition, 48));
    }
    return parts.join(", ") || "All rows";
  }

  #table() {
    const number = (title, of, text = NumberText.percent) => ({
      title, numeric: true, sort: (row) => of(row) ?? null,
      cell: (row) => (Number.isFinite(of(row)) ? text(of(row)) : { text: "–", absent: true }),
    });
    const all = this.nodes[0];
    return {
      rows: this.nodes, keyOf: (row) => row.id, hasLongNames: true,
      columns: [
        { title: "Rows that", cell: (row) => this.#path(row), sort: (row) => this.#path(row) },
        number("Rows", (row) => row.rows, NumberText.weight),
        number("Rate", (row) => row.rate),
        {
          ...number("Other half", (row) => row.held_rate),
          cell: (row) => (Number.isFinite(row.held_rate)
            ? {
              text: NumberText.percent(row.held_rate), range: row.interval ? rangeText(row.interval) : null,
              mark: `of ${NumberText.weight(row.held_rows)} rows`,
            } : { text: "no rows", absent: true }),
        },
        number("Times all rows", (row) => (all.held_rate > 0 && Number.isFinite(row.held_rate) ? row.held_rate / all.held_rate : null), (value) => NumberText.fixed(value, 2)),
        number("Of all errors", (row) => row.coverage),
      ],
    };
  }

  update(state) {
    if (this.model === state.model) return;
    this.model = state.model;
    const tree = this.page.exploration.models[state.model].error_tree;
    this.nodes = tree?.nodes ?? [];
    this.none.hidden = this.nodes.length > 0;
    this.figure.element.hidden = this.nodes.length === 0;
    if (this.nodes.length === 0) return;
    this.page.ledger.sawSlices(this.nodes.map((node) => this.#path(node)));
    this.figure.title = ErrorTreeView.losses[tree.loss] ?? brief(tree.loss ?? "Errors", 40);
    say(this.figure.heading, this.figure.title);
    this.figure.refresh();
  }
}
