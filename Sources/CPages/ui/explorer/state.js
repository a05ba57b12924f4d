// What is decided and shown, and how it changes.

class Decisions {
  constructor(exploration, store, ledger) {
    Object.assign(this, { exploration, store, ledger });
  }

  /** The state that a page opens with. */
  static start(exploration) {
    return {
      view: "thresholds", model: 0, other: null, partition: 0, isOne: false,
      ratio: exploration.costRatio,
      strategy: { kind: "hand" }, thresholds: {}, pins: [], against: "stated",
    };
  }

  static key(model, partition) { return `${model}/${partition}`; }

  /** Thresholds of a model's groups: those chosen, or the stated one. */
  thresholds(state, model = state.model, partition = state.partition) {
    return state.thresholds[Decisions.key(model, partition)] ?? this.stated(model, partition);
  }

  stated(model, partition) {
    const { threshold } = this.exploration.models[model];
    return this.exploration.groups(partition).map(() => threshold ?? 0.5);
  }

  curves(state, model = state.model) {
    return this.exploration.groups(state.partition)
      .map((_, g) => this.exploration.curve(model, state.partition, g)).filter(Boolean);
  }

  /** One group's threshold, or with one for all everybody's. */
  setThreshold(model, g, t, { gesture = null } = {}) {
    const { state } = this.store, { partition } = state;
    const curve = this.exploration.curve(model, partition, g);
    const stated = this.exploration.models[model].threshold;
    const value = state.isOne || t === stated || !curve ? t : curve.snapped(t);
    const now = this.thresholds(state, model);
    const next = now.map((old, k) => (state.isOne || k === g ? value : old));
    this.#take(state, model, next, { label: "a threshold", gesture, strategy: { kind: "hand" } });
    return value;
  }

  #take(state, model, thresholds, { label, gesture = null, strategy, more = {} }) {
    const key = Decisions.key(model, state.partition);
    this.store.change({
      ...more, thresholds: { ...state.thresholds, [key]: thresholds },
      strategy: strategy ?? state.strategy,
    }, { label, gesture });
  }

  setOne(isOne) {
    const { state } = this.store, now = this.thresholds(state);
    const first = now.find((_, g) => this.exploration.curve(state.model, state.partition, g));
    this.#take(state, state.model, isOne ? now.map(() => first) : now, {
      label: isOne ? "one threshold for all" : "a threshold a group", more: { isOne },
    });
  }

  /** Choices of thresholds: by hand, of least cost, or one of the document's. */
  choose(strategy, { ratio = this.store.state.ratio, gesture = null } = {}) {
    const { state } = this.store;
    const found = this.#solve(state, strategy, ratio);
    if (!found) {
      this.store.change({ strategy, ratio }, { label: "the strategy", gesture });
      return;
    }
    this.#take(state, state.model, found.thresholds, {
      label: "the strategy", gesture, strategy, more: { ratio, isOne: found.isOne },
    });
  }

  setRatio(ratio, gesture = null) { this.choose(this.store.state.strategy, { ratio, gesture }); }

  #solve(state, strategy, ratio) {
    const { exploration } = this, { model, partition } = state;
    const now = this.thresholds(state);
    if (strategy.kind === "group_cost") {
      return {
        isOne: false,
        thresholds: now.map((t, g) => {
          const curve = exploration.curve(model, partition, g);
          return curve ? Hull.best(curve, ratio) : t;
        }),
      };
    }
    if (strategy.kind === "single_cost") {
      const best = Hull.bestForAll(this.curves(state), ratio);
      return { isOne: true, thresholds: now.map(() => best) };
    }
    if (strategy.kind === "document") {
      const entry = this.entry(state, strategy, ratio);
      if (!entry || !entry.thresholds || entry.status === "infeasible") return null;
      return {
        isOne: false,
        thresholds: now.map((t, g) => Decisions.number(this.#places(state, entry)[g], t)),
      };
    }
    return null;
  }

  /** An entry's thresholds by group: it may list the groups that are told alone. */
  #places({ partition }, { thresholds }) {
    const groups = this.exploration.groups(partition);
    if (thresholds.length === groups.length) return thresholds;
    let next = 0;
    return groups.map((group) => (group.withheld ? null : thresholds[next++]));
  }

  /** A threshold of a document: a number, or the words for all and nobody. */
  static number(value, otherwise) {
    if (value === "everybody") return -Infinity;
    if (value === "nobody" || value === "infinity") return Infinity;
    return typeof value === "number" ? value : otherwise;
  }
  static word(t) { return t === Infinity ? "nobody" : t === -Infinity ? "everybody" : t; }

  /** The document's strategies for these groups. */
  entries(state, name = null) {
    return (this.exploration.models[state.model].strategies ?? []).filter(
      (entry) => (entry.partition ?? 0) === state.partition && (name === null || entry.name === name));
  }

  /** Of one strategy the entry for a bound, at the cost ratio that is nearest to the one set. */
  entry(state, { name, bound }, ratio = state.ratio) {
    const dial = this.dial(state, name, ratio);
    return dial.find((entry) => entry.bound === bound) ?? dial[0] ?? null;
  }

  dial(state, name, ratio = state.ratio) {
    const all = this.entries(state, name);
    const far = (entry) => Math.abs(Math.log((entry.cost_ratio ?? 1) / ratio));
    const nearest = Math.min(...all.map(far));
    return all.filter((entry) => far(entry) === nearest).sort((a, b) => (a.bound ?? 0) - (b.bound ?? 0));
  }

  restore(pin) {
    const { state } = this.store;
    this.#take({ ...state, partition: pin.partition }, pin.model, pin.thresholds, {
      label: "a kept policy", strategy: { kind: "hand" },
      more: { model: pin.model, partition: pin.partition, isOne: pin.isOne, ratio: pin.ratio },
    });
  }

  backToStated() {
    const { state } = this.store;
    this.#take(state, state.model, this.stated(state.model, state.partition), {
      label: "back to the stated policy", strategy: { kind: "hand" }, more: { isOne: true },
    });
  }

  pin(name) {
    const { state } = this.store;
    const pin = {
      id: freshId("policy"), name, note: "", model: state.model, partition: state.partition,
      thresholds: this.thresholds(state), isOne: state.isOne, ratio: state.ratio,
      strategy: state.strategy, lookedAt: this.ledger.counts,
    };
    this.store.change({ pins: [...state.pins, pin] }, { label: "keeping a policy" });
    this.ledger.record("policy kept", { name });
    return pin;
  }

  reading(state, model = state.model, thresholds = this.thresholds(state, model)) {
    return new Reading(this.exploration, {
      model, partition: state.partition, thresholds, ratio: state.ratio, family: this.ledger.family,
    });
  }
}
