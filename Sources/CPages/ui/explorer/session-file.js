// What was decided here as a file, to go on later: thresholds, kept policies, notes and the ledger; no row.

const SessionFile = (() => {
  const schema = "equipoise.session/1";

  function text(page) {
    const { store, exploration, ledger } = page, { state } = store;
    const encode = (thresholds) => thresholds.map((t) => Decisions.word(t));
    return JSON.stringify({
      schema, data: exploration.made.data ?? null, digest: exploration.made.digest ?? null,
      view: state.view, model: state.model, other: state.other, partition: state.partition, ratio: state.ratio,
      one: state.isOne, strategy: state.strategy,
      thresholds: Object.fromEntries(Object.entries(state.thresholds).map(([key, cuts]) => [key, encode(cuts)])),
      policies: state.pins.map((pin) => ({ ...pin, thresholds: encode(pin.thresholds) })),
      looked_at: {
        thresholds: [...ledger.thresholds], slices: [...ledger.slices], metrics: [...ledger.metrics], curves: [...ledger.curves],
      },
      log: ledger.entries,
    }, null, 1) + "\n";
  }

  /** Takes a file on. @returns What is wrong, or null. */
  function open(page, text) {
    let saved;
    try {
      saved = JSON.parse(text);
    } catch {
      return "The file is no JSON.";
    }
    if (saved?.schema !== schema) return `The file's schema is '${brief(saved?.schema ?? "none", 40)}', not '${schema}'.`;
    const { exploration, store, ledger } = page, { digest, data } = exploration.made;
    if (saved.digest && digest && saved.digest !== digest) {
      return `The file was made with other data: ${brief(saved.data ?? "?", 40)}, digest ${saved.digest.slice(0, 12)}…; this page has ${brief(data ?? "?", 40)}, digest ${digest.slice(0, 12)}….`;
    }
    const isFit = ({ model, partition, thresholds }) =>
      exploration.models[model] && exploration.groups(partition).length === thresholds?.length;
    const decode = (cuts) => cuts.map((t) => Decisions.number(t, 0.5));
    const thresholds = {};
    for (const [key, cuts] of Object.entries(saved.thresholds ?? {})) {
      const [model, partition] = key.split("/").map(Number);
      if (isFit({ model, partition, thresholds: cuts })) thresholds[key] = decode(cuts);
    }
    store.change({
      thresholds, ratio: saved.ratio > 0 ? saved.ratio : 1, isOne: saved.one === true,
      model: exploration.models[saved.model] ? saved.model : 0,
      partition: exploration.partitions[saved.partition] ? saved.partition : 0,
      pins: (saved.policies ?? []).filter(isFit).map((pin) => ({ ...pin, id: freshId("policy"), thresholds: decode(pin.thresholds) })),
      strategy: { kind: "hand" },
    }, { label: "opening a session" });
    for (const name of ["thresholds", "slices", "metrics", "curves"]) {
      for (const item of saved.looked_at?.[name] ?? []) ledger[name].add(item);
    }
    ledger.entries.push(...(saved.log ?? []));
    ledger.record("session opened");
    return null;
  }

  return { text, open };
})();
