// Who is decided otherwise than under a saved policy. Above one threshold stand all who stand above a higher
// one, so within a group people move one way only.

class PeopleMoved {
  constructor(page) {
    this.page = page;
    this.against = el("select", {
      on: { change: () => page.store.change({ against: this.against.value }) },
    });
    this.table = new DataTable({
      caption: "People moved", keyOf: (row) => row.key,
      columns: [
        { title: "Group", cell: (row) => brief(row.name, 60), sort: (row) => row.name },
        this.#number("gained", "No to yes"), this.#number("lost", "Yes to no"),
        ...(page.exploration.hasLabels ? [
          this.#number("right", "Positive labels", true),
          this.#number("wrong", "Negative labels", true),
        ] : []),
      ],
    });
    this.sentence = el("p");
    this.element = el("div.card", null,
      el("h3.figure-title", null, "People moved"),
      el("label.field.compact", null, el("span", null, "Against"), this.against),
      this.sentence, this.table.element);
  }

  #number(id, title, isSize = false) {
    return {
      title, numeric: true, sort: (row) => row[id] ?? null,
      cell: (row) => (row.reason ? { text: row.reason, absent: true }
        : { text: `${row.isExact === false ? "≈ " : ""}${NumberText.weight(isSize ? Math.abs(row[id]) : row[id])}`, value: row[id] }),
    };
  }

  #reference(state) {
    const pin = state.pins.find(({ id }) => id === state.against);
    const isFit = pin && pin.model === state.model && pin.partition === state.partition;
    const { decisions } = this.page;
    return decisions.reading(state, state.model,
      isFit ? pin.thresholds : decisions.stated(state.model, state.partition));
  }

  #choices(state) {
    const pins = state.pins.filter((pin) => pin.model === state.model && pin.partition === state.partition);
    const wanted = [["stated", "the stated policy"], ...pins.map(({ id, name }) => [id, name])];
    const key = wanted.join();
    if (this.choices !== key) {
      this.choices = key;
      this.against.replaceChildren(...wanted.map(([value, text]) => el("option", { value }, brief(text, 40))));
    }
    this.against.value = wanted.some(([value]) => value === state.against) ? state.against : "stated";
  }

  /** @returns How many people are decided otherwise. */
  update(state, reading) {
    this.#choices(state);
    const key = `${state.model}/${state.partition}/${this.against.value}`;
    if (this.key !== key) {
      this.key = key;
      this.reference = this.#reference(state);
    }
    const groups = this.page.exploration.groups(state.partition);
    const rows = reading.moved(this.reference).map((row, g) => ({ key: g, name: groups[g].name, ...row }));
    const there = rows.filter((row) => !row.reason);
    const sum = (id) => there.reduce((total, row) => total + row[id], 0);
    const gained = sum("gained"), lost = sum("lost");
    say(this.sentence, gained + lost === 0
      ? "Nobody is decided otherwise."
      : `${NumberText.counted(gained, "person", "people")} more ${gained === 1 ? "gets" : "get"} a yes, and ${NumberText.counted(lost, "person", "people")} a no.`);
    this.table.show(rows);
    return gained + lost;
  }
}
