// How the thresholds are chosen: by hand, by least cost, or as the program fitted them to a bound.

class StrategyPanel {
  static names = {
    single: "One threshold, least cost (fitted)", group_cost: "A threshold a group, least cost (fitted)",
    parity: "Equal selection rates", opportunity: "Equal true positive rates",
    equal_fpr: "Equal false positive rates", odds: "Equalized odds", accuracy: "Equal accuracy",
    floor: "A floor for everybody's rate",
  };
  /** Those that the page computes itself, for every cost ratio. */
  static own = ["single", "group_cost"];

  constructor(page) {
    this.page = page;
    this.choices = el("select", { id: freshId("strategy"), on: { change: () => this.#choose(this.choices.value) } });
    this.ratio = new Slider({
      label: "Cost of a false positive over that of a false negative", range: [-2, 2],
      read: (text) => StrategyPanel.#read(text), write: (log) => NumberText.exact(Number((10 ** log).toPrecision(6))),
      spoken: (log) => `a false positive costs ${NumberText.short(10 ** log)} times a false negative`,
      step: (log, key) => StrategyPanel.#step(log, key),
      change: (log, origin) => this.#setRatio(log, origin),
    });
    this.bound = new Slider({
      label: "Bound of the gap", range: [0, 0], read: () => 0, write: (k) => this.#boundText(k),
      spoken: (k) => `gap at most ${this.#boundText(k)}`,
      step: (k, key) => this.#boundStep(k, key), change: (k, origin) => this.#setBound(k, origin),
    });
    this.bound.field.hidden = true;
    this.boundBox = el("div.field", null, el("span", null, "Gap at most"), this.bound.input);
    this.boundSays = el("output.soft");
    this.boundBox.append(this.boundSays);
    this.said = el("p.soft.strategy-said");
    this.one = el("input", { type: "checkbox", on: { change: () => page.decisions.setOne(this.one.checked) } });
    this.ratioBox = el("div.field", null,
      el("span", null, "A false positive costs … times a false negative"),
      el("div.slider-row", null, this.ratio.input, this.ratio.field), this.ratio.fault);
    this.dial = new Figure({
      title: "What fairness costs", note: "Cost of the best thresholds for each bound of the gap; the named one is set.",
      render: (width) => this.#drawDial(width), says: () => "Cost of the best thresholds against the bound of the gap",
      table: () => this.#dialTable(),
    });
    this.element = el("section.card.policy", { "aria-labelledby": "policy-title" },
      el("h2", { id: "policy-title" }, "Policy"),
      el("label.field", null, el("span", null, "Thresholds are chosen"), this.choices),
      this.ratioBox, this.boundBox, el("label.check", null, this.one, "One threshold for all groups"),
      this.said,
      el("div.row", null,
        el("button.primary", { type: "button", on: { click: () => page.keep() } }, "Keep this policy"),
        el("button", { type: "button", on: { click: () => page.decisions.backToStated() } }, "Back to the stated one")));
  }

  static #read(text) {
    const value = Number(text.replace(",", "."));
    return value > 0 && Number.isFinite(value) ? Math.log10(value) : `'${brief(text, 24)}' is no number above 0`;
  }

  static #step(log, key) {
    const by = { next: 0.02, previous: -0.02, pageNext: 0.3, pagePrevious: -0.3 }[key];
    if (key === "first") return -2;
    if (key === "last") return 2;
    return by === undefined ? null : Math.min(2, Math.max(-2, Math.round((log + by) * 1e4) / 1e4));
  }

  #setRatio(log, origin) {
    const { decisions, store } = this.page;
    if (origin === "drop") {
      store.endGesture();
      this.page.settled();
      return;
    }
    // Near 1 it is 1: the place of equal costs is meant.
    const near = origin === "drag" && Math.abs(log) < 0.02 ? 0 : log;
    const ratio = origin === "typed" ? 10 ** near : Number((10 ** near).toPrecision(3));
    decisions.setRatio(origin === "typed" ? Number(ratio.toPrecision(15)) : ratio, origin === "typed" ? null : "the cost ratio");
    if (origin !== "drag") this.page.settled();
  }

  #choose(value) {
    const { decisions, store } = this.page;
    const [kind, name] = value.split(":");
    if (kind === "document") {
      const dial = decisions.dial(store.state, name);
      const first = dial.find((entry) => entry.status !== "infeasible") ?? dial[0];
      decisions.choose({ kind, name, bound: first?.bound ?? null });
    } else {
      decisions.choose({ kind });
    }
    this.page.settled();
  }

  // MARK: The dial of bounds

  #entries() {
    const { state } = this.page.store;
    return state.strategy.kind === "document" ? this.page.decisions.dial(state, state.strategy.name) : [];
  }
  #boundText(k) {
    const entry = this.#entries()[Math.round(k)];
    return entry?.bound === undefined || entry?.bound === null ? "–" : NumberText.distance(entry.bound);
  }
  #boundStep(k, key) {
    const last = this.#entries().length - 1;
    const to = {
      next: k + 1, previous: k - 1, pageNext: k + 4, pagePrevious: k - 4, first: 0, last,
      nextChange: k + 1, previousChange: k - 1,
    }[key];
    return to === undefined ? null : Math.min(Math.max(Math.round(to), 0), last);
  }
  #setBound(k, origin) {
    const { decisions, store } = this.page;
    const entry = this.#entries()[Math.round(k)];
    if (origin === "drop" || !entry) {
      store.endGesture();
      this.page.settled();
      return;
    }
    decisions.choose({ ...store.state.strategy, bound: entry.bound }, { gesture: "the bound" });
    if (origin !== "drag") this.page.settled();
  }

  #drawDial(width) {
    const entries = this.#entries().filter((entry) => Number.isFinite(entry.cost) && entry.bound !== null);
    if (entries.length < 2) return null;
    const { bound } = this.page.store.state.strategy;
    return dotPlot(width, {
      dots: entries.map((entry) => ({
        x: entry.bound, y: entry.cost, index: entry.bound === bound ? 1 : 0,
        name: entry.bound === bound ? "set" : null,
      })),
      joined: true, xTitle: "Bound of the gap", yTitle: "Cost", xText: NumberText.percent, yText: NumberText.weight,
    });
  }

  #dialTable() {
    const number = (id, title, text, of = (row) => row) => ({
      title, numeric: true, sort: (row) => of(row)?.[id] ?? null,
      cell: (row) => (Number.isFinite(of(row)?.[id]) ? text(of(row)[id]) : { text: "–", absent: true }),
    });
    return {
      rows: this.#entries(), keyOf: (row) => String(row.bound),
      columns: [
        { title: "Bound", cell: (row) => (row.bound === null || row.bound === undefined ? "–" : NumberText.distance(row.bound)), sort: (row) => row.bound },
        { title: "Status", cell: (row) => row.status ?? "–", sort: (row) => row.status },
        number("cost", "Cost", NumberText.weight), number("gap", "Gap", NumberText.distance),
        number("cost", "Cost held out", NumberText.weight, (row) => row.held_out),
        number("gap", "Gap held out", NumberText.distance, (row) => row.held_out),
      ],
    };
  }

  // MARK: Showing

  #options(state) {
    const { exploration, decisions } = this.page;
    const names = [...new Set(decisions.entries(state).map(({ name }) => name))]
      .filter((name) => !StrategyPanel.own.includes(name));
    const canCost = exploration.hasLabels && exploration.hasScores(state.model, state.partition);
    const key = `${state.model}/${state.partition}/${names}`;
    if (this.key === key) return;
    this.key = key;
    const option = (value, text) => el("option", { value }, text);
    this.choices.replaceChildren(
      option("hand", "By hand"),
      ...(canCost ? [option("single_cost", "One for all, of least cost"), option("group_cost", "One a group, of least cost")] : []),
      ...(names.length > 0 ? [el("optgroup", { label: "Least cost within a bound" },
        names.map((name) => option(`document:${name}`, StrategyPanel.names[name] ?? brief(name))))] : []));
    this.ratioBox.hidden = !canCost;
  }

  #words(state, reading) {
    const { strategy } = state;
    if (strategy.kind === "hand") return "Set by hand; moving a cut is always by hand.";
    if (strategy.kind !== "document") {
      return reading.isExact ? "The least cost of all cuts, found exactly." : "The least cost of the cuts that are in this page.";
    }
    const entry = this.page.decisions.entry(state, strategy);
    if (!entry) return "The document has no thresholds for this.";
    if (entry.status === "infeasible") return "No thresholds meet this bound: those of before stay.";
    const parts = [`Fitted by the program${(entry.cost_ratio ?? 1) === state.ratio ? "" : ` for a cost ratio of ${NumberText.short(entry.cost_ratio ?? 1)}, the nearest it has`}.`];
    if (entry.drawn || !entry.thresholds) parts.push("It decides some people by drawing: the page shows its cost, not its thresholds.");
    if (Number.isFinite(entry.gap)) parts.push(`Gap ${NumberText.distance(entry.gap)} on these rows${Number.isFinite(entry.held_out?.gap) ? `, ${NumberText.distance(entry.held_out.gap)} held out` : ""}.`);
    if (Number.isFinite(entry.held_out?.cost)) parts.push(`Cost ${NumberText.weight(entry.cost)} here, ${NumberText.weight(entry.held_out.cost)} held out.`);
    return parts.join(" ");
  }

  update(state, reading) {
    this.#options(state);
    const { strategy } = state;
    this.choices.value = strategy.kind === "document" ? `document:${strategy.name}` : strategy.kind;
    this.ratio.show(Math.log10(state.ratio));
    this.one.checked = state.isOne;
    this.one.disabled = strategy.kind !== "hand";
    say(this.said, this.#words(state, reading));
    const entries = this.#entries(), isDial = entries.length > 1;
    this.boundBox.hidden = !isDial;
    this.dial.element.hidden = !isDial;
    if (!isDial) return;
    this.bound.input.max = entries.length - 1;
    const k = Math.max(0, entries.findIndex((entry) => entry.bound === strategy.bound));
    this.bound.show(k);
    say(this.boundSays, this.#boundText(k));
    const key = `${strategy.name}/${strategy.bound}/${state.ratio}/${state.model}/${state.partition}`;
    if (this.drawn !== key) {
      this.drawn = key;
      this.dial.refresh();
    }
  }
}
