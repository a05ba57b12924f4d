// What all views are of: the groups, the model, and a second model beside it.

class ContextBar {
  constructor(page) {
    const { exploration, store } = page;
    this.page = page;
    const select = (name, options, change) => {
      const field = el("select", { on: { change: () => change(field.value) } },
        options.map(([value, text]) => el("option", { value }, brief(text, 48))));
      return { field, element: el("label.field.compact", null, el("span", null, name), field) };
    };
    this.groups = select("Groups by", exploration.partitions.map(({ name }, p) => [p, name]),
      (value) => store.change({ partition: Number(value), strategy: { kind: "hand" } }, { label: "the grouping" }));
    this.model = select("Model", exploration.models.map(({ name }, m) => [m, name]),
      (value) => store.change({
        model: Number(value), other: store.state.other === Number(value) ? null : store.state.other,
        strategy: { kind: "hand" },
      }, { label: "the model" }));
    this.other = select("Beside it",
      [["", "nothing"], ...exploration.models.map(({ name }, m) => [m, name])],
      (value) => store.change({ other: value === "" ? null : Number(value) }, { label: "the model beside it" }));
    this.element = el("section.context.no-print", { "aria-label": "What is shown" },
      this.groups.element, this.model.element, this.other.element);
  }

  update(state, view) {
    const { partitions, models } = this.page.exploration;
    const uses = view?.uses ?? [];
    this.groups.element.hidden = !uses.includes("groups") || partitions.length < 2;
    this.model.element.hidden = !uses.includes("model") || models.length < 2;
    this.other.element.hidden = !uses.includes("other") || models.length < 2;
    this.element.hidden = [this.groups, this.model, this.other].every(({ element }) => element.hidden);
    this.groups.field.value = String(state.partition);
    this.model.field.value = String(state.model);
    this.other.field.value = state.other === null ? "" : String(state.other);
    for (const option of this.other.field.options) option.disabled = option.value === String(state.model);
  }
}
