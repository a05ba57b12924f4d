// The page's document: what the program counted, without any row of the data.

class Exploration {
  constructor(text) {
    this.data = JSON.parse(text);
    this.models = this.data.models ?? [];
    this.partitions = this.data.partitions ?? [];
    this.columns = this.data.columns ?? [];
    this.slices = this.data.slices ?? [];
    this.label = this.data.label ?? null;
    this.made = this.data.made ?? {};
  }

  /** The cost ratio that the document's strategies were fitted for. */
  get costRatio() {
    return this.models.flatMap((model) => model.strategies ?? [])[0]?.cost_ratio ?? 1;
  }

  get hasLabels() { return this.label !== null; }

  groups(p) { return this.partitions[p]?.groups ?? []; }

  #curves = new Map();
  /** A group's curve; null where it is withheld, or the model has decisions alone. */
  curve(m, p, g) {
    const key = `${m}/${p}/${g}`;
    if (!this.#curves.has(key)) {
      const found = this.models[m]?.curves?.[p]?.[g] ?? null;
      this.#curves.set(key, found ? Exploration.#decoded(found) : null);
    }
    return this.#curves.get(key);
  }

  stated(m, p, g) { return this.models[m]?.stated?.[p]?.[g] ?? null; }

  /** A group's rows and labels, in weights where rows have them. */
  totals(p, g) {
    const { rows, weight, positives = null, negatives = null } = this.groups(p)[g];
    return { rows: weight ?? rows ?? 0, positives, negatives };
  }

  /** Whether a model has scores by these groups. */
  hasScores(m, p) { return Boolean(this.models[m]?.curves?.[p]?.some(Boolean)); }

  static #decoded(found) {
    const type = found.type ?? "f64";
    const cuts = Bytes.array(found.cuts, "f64");
    // So few rows that no cut may be shown.
    if (cuts.length === 0) return null;
    return new Curve({
      ...found, cuts, negatives: Bytes.array(found.negatives, type),
      positives: found.positives === null || found.positives === undefined
        ? null : Bytes.array(found.positives, type),
    });
  }
}

/** Arrays of numbers in base64, lowest byte first. */
const Bytes = (() => {
  const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  function array(text, type) {
    const binary = atob(text), bytes = new Uint8Array(binary.length);
    for (let k = 0; k < binary.length; k++) bytes[k] = binary.charCodeAt(k);
    const kind = { f64: Float64Array, u32: Uint32Array }[type];
    if (isLittle) return new kind(bytes.buffer);
    const view = new DataView(bytes.buffer), size = kind.BYTES_PER_ELEMENT;
    return kind.from({ length: bytes.length / size }, (_, k) =>
      type === "f64" ? view.getFloat64(k * size, true) : view.getUint32(k * size, true));
  }
  return { array };
})();
