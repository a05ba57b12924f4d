// The state in the address: view, groups, models, thresholds, cost ratio and strategy.

class Address {
  constructor(page) { this.page = page; }

  write(state) {
    const chosen = Object.entries(state.thresholds).map(([key, thresholds]) =>
      `${key}:${thresholds.map((t) => Decisions.word(t)).join(",")}`);
    const { kind, name, bound } = state.strategy;
    Fragment.write({
      view: state.view, by: state.partition || "", model: state.model || "", beside: state.other ?? "",
      ratio: state.ratio === this.page.exploration.costRatio ? "" : state.ratio, one: state.isOne ? 1 : "",
      strategy: kind === "hand" ? "" : [kind, name, bound].filter((part) => part !== undefined && part !== null).join(":"),
      cuts: chosen.join(";").length > 6000 ? "" : chosen.join(";"),
    });
  }

  /** Members of the state that the address names and that this document has. */
  read() {
    const given = Fragment.read(), { exploration } = this.page, state = {};
    const index = (text, count) => {
      const k = Number(text);
      return text !== undefined && text !== "" && Number.isInteger(k) && k >= 0 && k < count ? k : null;
    };
    if (given.view && Views.some((view) => view.id === given.view)) state.view = given.view;
    const partition = index(given.by, exploration.partitions.length);
    if (partition !== null) state.partition = partition;
    const model = index(given.model, exploration.models.length);
    if (model !== null) state.model = model;
    const other = index(given.beside, exploration.models.length);
    if (other !== null && other !== (model ?? 0)) state.other = other;
    if (Number(given.ratio) > 0 && Number.isFinite(Number(given.ratio))) state.ratio = Number(given.ratio);
    if (given.one === "1") state.isOne = true;
    const [kind, name, bound] = (given.strategy ?? "").split(":");
    if (["group_cost", "single_cost"].includes(kind)) state.strategy = { kind };
    if (kind === "document" && name) state.strategy = { kind, name, bound: bound === undefined ? null : Number(bound) };
    const thresholds = this.#cuts(given.cuts ?? "");
    if (Object.keys(thresholds).length > 0) state.thresholds = thresholds;
    // A strategy without its thresholds would be a word without a deed.
    if (!thresholds[Decisions.key(model ?? 0, partition ?? 0)]) delete state.strategy;
    return state;
  }

  #cuts(text) {
    const { exploration } = this.page, found = {};
    for (const part of text.split(";").filter(Boolean)) {
      const [key, list = ""] = part.split(":"), [m, p] = key.split("/").map(Number);
      const values = list.split(",").map((word) => Decisions.number(word === "everybody" || word === "nobody" ? word : Number(word), NaN));
      const isFit = exploration.models[m] && values.length === exploration.groups(p).length
        && values.every((t) => !Number.isNaN(t));
      if (isFit) found[Decisions.key(m, p)] = values;
    }
    return found;
  }
}
