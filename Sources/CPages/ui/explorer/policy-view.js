// Policy: what was decided, what it is expected to do, and the files that carry it away.

Views.push({
  id: "policy", name: "Policy", key: "p", uses: ["groups", "model"],
  isThere: (exploration) => exploration.models.length > 0 && exploration.partitions.length > 0,
  make: (page) => new PolicyView(page),
});

class PolicyView {
  constructor(page) {
    this.page = page;
    this.table = new GroupTable(page);
    this.name = el("p.soft");
    this.command = el("pre", { tabindex: "0", role: "region", "aria-label": "Command" });
    const { command } = page.exploration.made;
    this.made = command ? el("div", null, el("h3", null, "How this page was made"),
      el("pre", { tabindex: "0", role: "region", "aria-label": "How this page was made" }, command)) : null;
    this.commandBox = el("div", null, el("h3", null, "The same on the command line"), this.command);
    this.rule = el("button.primary", { type: "button", on: { click: () => this.#saveRule() } }, "Save the rule file");
    this.ruleNote = el("p.figure-note");
    this.cards = el("div.policies");
    this.none = el("p.soft", null, "None yet. “Keep this policy” beside the thresholds, or the key k, keeps one here.");
    this.ledger = el("dl.terms");
    this.log = el("ol");
    this.fault = el("p.fault", { hidden: true, role: "alert" });
    this.file = el("input.unseen", { type: "file", accept: ".eqx,.json", tabindex: "-1", "aria-label": "A session file", on: { change: () => this.#open() } });
    this.element = el("section.view.sections", null,
      el("section", null, el("h2", null, "The policy as it is set"), this.name, this.table.element,
        el("div.row", null, this.rule,
          el("button", { type: "button", on: { click: () => page.keep() } }, "Keep this policy")),
        this.ruleNote, this.commandBox, this.made),
      el("section", null, el("h2", null, "Kept policies"), this.none, this.cards),
      el("section", null, el("h2", null, "Session"),
        el("p", null, "A session file holds thresholds, kept policies, notes and what was looked at; no row of the data."),
        el("div.row", null,
          el("button", { type: "button", on: { click: () => this.#saveSession() } }, "Save the session"),
          el("button", { type: "button", on: { click: () => this.file.click() } }, "Open a session …"), this.file), this.fault),
      el("section", { id: "looked-at" }, el("h2", null, "What was looked at"),
        el("p", null, "Whoever looks at much finds something by chance. Bands hold for all curves looked at, and differences of slices share one error among all slices looked at."),
        this.ledger, this.log));
    page.ledger.subscribe(() => this.#showLedger());
  }

  #saveRule() {
    const { state } = this.page.store, partition = this.page.exploration.partitions[state.partition];
    const text = RuleFile.text(partition, this.page.decisions.thresholds(state));
    Download.json(`${Download.slug(this.page.exploration.models[state.model].name)}.rule.json`, text);
    this.page.ledger.record("rule file saved", { thresholds: RuleFile.option(partition.groups, this.page.decisions.thresholds(state)) });
    Live.tell("The rule file is saved");
  }

  #saveSession() {
    this.page.ledger.record("session saved");
    Download.json("session.eqx", SessionFile.text(this.page));
    Live.tell("The session is saved");
  }

  async #open() {
    const [file] = this.file.files;
    if (!file) return;
    const fault = SessionFile.open(this.page, await file.text());
    this.file.value = "";
    this.fault.hidden = fault === null;
    say(this.fault, fault ?? "");
    if (!fault) Live.tell("The session is open");
  }

  #card(pin) {
    const { exploration, decisions, store } = this.page;
    const reading = decisions.reading({ ...store.state, partition: pin.partition, ratio: pin.ratio }, pin.model, pin.thresholds);
    const edit = (change) => store.change({
      pins: store.state.pins.map((each) => (each.id === pin.id ? { ...each, ...change } : each)),
    }, { label: "a note" });
    const name = el("input", { type: "text", "aria-label": "Name", set: { value: pin.name }, on: { change: () => edit({ name: name.value || pin.name }) } });
    const note = el("textarea", { rows: 2, "aria-label": `Note on ${pin.name}`, placeholder: "Why this one?", set: { value: pin.note }, on: { change: () => edit({ note: note.value }) } });
    const groups = exploration.groups(pin.partition), gap = reading.gap("selection_rate");
    const few = shownGroups(exploration, pin.partition, 6);
    const looks = NumberText.counted(pin.lookedAt?.thresholds ?? 0, "threshold");
    const cut = (t) => (Number.isFinite(t) ? NumberText.fixed(t, 4) : Lane.write(t));
    const selected = (g) => {
      const { value, reason } = reading.rates.get("selection_rate")[g];
      return value === null ? reason : `${NumberText.percent(value)} selected`;
    };
    const button = (text, words, action) => el("button.small", { type: "button", "aria-label": `${text}: ${pin.name}`, title: words, on: { click: action } }, text);
    return el("article.card", { "aria-label": pin.name }, name,
      el("p.soft", null, `${brief(exploration.models[pin.model].name, 40)}, by `
        + `${brief(exploration.partitions[pin.partition].name, 40)}; ${looks} had been looked at`),
      el("ul.plain", null, few.map((g) => el("li", null, Series.key(seriesOf(exploration, pin.partition, g)),
        nameOf(groups[g].name, 30), `: ${cut(pin.thresholds[g])}, ${selected(g)}`))),
      groups.length > few.length ? el("p.soft", null, `and ${groups.length - few.length} more groups`) : null,
      el("p", null, [reading.cost === null ? null : `Cost ${NumberText.weight(reading.cost)}`, gap ? `gap in selection ${NumberText.distance(gap.distance)}` : null].filter(Boolean).join(", ")),
      note,
      el("div.row", null,
        button("Use", "Set these thresholds", () => { decisions.restore(pin); Live.tell(`${pin.name} is set`); }),
        button("Forget", "Remove it from here", () => store.change({ pins: store.state.pins.filter((each) => each.id !== pin.id) }, { label: "forgetting a policy" }))));
  }

  #showLedger() {
    const { thresholds, slices, metrics, curves } = this.page.ledger.counts;
    const rows = [["Thresholds", thresholds], ["Slices", slices], ["Metrics", metrics], ["Curves that the bands hold for", curves]];
    this.ledger.replaceChildren(...rows.map(([name, count]) => el("div", null, el("dt", null, name), el("dd", null, NumberText.count(count)))));
    this.log.replaceChildren(...this.page.ledger.entries.map((entry) => el("li", null,
      `${entry.what}${entry.name ? `: ${brief(entry.name, 60)}` : ""}, after `
        + `${NumberText.counted(entry.looked_at?.thresholds ?? 0, "threshold")} and `
        + `${NumberText.counted(entry.looked_at?.slices ?? 0, "slice")}`)));
  }

  update(state) {
    const { page } = this, { exploration } = page, partition = exploration.partitions[state.partition];
    page.ledger.sawCurves(state.model, state.partition);
    page.ledger.sawMetrics(Rates.shown(exploration.hasLabels).map(({ id }) => id));
    const reading = page.decisions.reading(state);
    this.table.update(state, reading);
    say(this.name, `${brief(exploration.models[state.model].name, 60)}, by ${brief(partition.name, 60)}, cost ratio ${NumberText.short(state.ratio)}`);
    const hasScores = exploration.hasScores(state.model, state.partition);
    const canSave = Boolean(partition.rule_template) && hasScores;
    this.rule.disabled = !canSave;
    say(this.ruleNote, !hasScores ? "This model has decisions and no scores: there is no rule to save."
      : canSave ? "The program reads it with postprocess --apply. A group that is withheld here has the stated threshold." : "This document holds no rule to fill in.");
    const command = hasScores ? RuleFile.command(partition, page.decisions.thresholds(state)) : null;
    this.commandBox.hidden = command === null;
    say(this.command, command ?? "");
    if (this.pins !== state.pins) {
      this.pins = state.pins;
      this.none.hidden = state.pins.length > 0;
      this.cards.replaceChildren(...state.pins.map((pin) => this.#card(pin)));
    }
    this.#showLedger();
  }
}
