// One group on the score axis: positive labels upward, negative ones downward, and the cut between those who
// are selected and those who are not. The cut is the thumb of a slider; it can be dragged in the picture too.

class Lane {
  static height = 104;

  constructor(page, { model, g, group, curve, range }) {
    Object.assign(this, { page, model, g, group, curve, range });
    this.series = seriesOf(page.exploration, page.store.state.partition, g);
    this.slider = new Slider({
      label: `Threshold of ${brief(group.name, 60)}`, range,
      read: (text) => Lane.read(text), write: (t) => Lane.write(t), spoken: (t) => this.#spoken(t),
      step: (t, key) => this.#step(t, key), change: (t, origin) => this.#set(t, origin),
    });
    this.slider.input.style.setProperty("--thumb", `var(--c${this.series % Series.most})`);
    this.picture = canvas(600, Lane.height);
    this.plot = el("div.lane-plot", { on: { pointerdown: (event) => this.#drag(event) } }, this.picture);
    this.said = el("p.lane-said");
    this.element = el("div.lane", { role: "group", "aria-label": `Group ${brief(group.name, 60)}` },
      el("div.lane-name", null,
        el("strong", null, Series.key(this.series), nameOf(group.name, 40)),
        el("span.soft", null, Lane.#size(group, curve))),
      el("div.lane-score", null, this.plot, this.slider.input),
      el("div.lane-entry", null, this.slider.field, this.slider.fault, this.said));
    this.observer = new ResizeObserver(([{ contentRect }]) => this.#fit(Math.round(contentRect.width)));
    this.observer.observe(this.plot);
  }

  static #size(group, curve) {
    const rows = NumberText.counted(group.rows, "row");
    return curve.hasLabels ? `${rows}, ${NumberText.weight(curve.totalPositives)} positive` : rows;
  }

  static read(text) {
    if (/^nobody$/i.test(text)) return Infinity;
    if (/^everybody$/i.test(text)) return -Infinity;
    const number = Number(text.replace("−", "-").replace(",", "."));
    return text === "" || !Number.isFinite(number) ? `'${brief(text, 24)}' is no number, "nobody" or "everybody"` : number;
  }

  static write(t) {
    return t === Infinity ? "nobody" : t === -Infinity ? "everybody" : NumberText.exact(t);
  }

  #spoken(t) {
    if (t === Infinity) return "nobody is selected";
    const { tp, fp } = this.curve.at(t);
    return `${t === -Infinity ? "everybody" : NumberText.fixed(t, 4)}, ${NumberText.percent((tp + fp) / this.curve.rows)} selected`;
  }

  /** A round number at about half a pixel, since only the cut's place was meant. */
  #rounded(t) {
    const [low, high] = this.range, decimals = Math.max(0, 3 - Math.floor(Math.log10(high - low)));
    return Number(t.toFixed(Math.min(decimals, 15)));
  }

  #set(t, origin) {
    const { decisions, store } = this.page, at = `${this.model} ${this.g}`;
    if (origin === "drop") {
      store.endGesture();
    } else if (origin === "drag") {
      decisions.setThreshold(this.model, this.g, this.#rounded(t), { gesture: `slide ${at}` });
      return;
    } else {
      decisions.setThreshold(this.model, this.g, t, { gesture: origin === "key" ? `keys ${at}` : null });
    }
    this.page.settled();
  }

  #step(t, key) {
    const { curve } = this, part = Math.max(1, Math.round(curve.rows / 100));
    switch (key) {
      case "next": return curve.above(t);
      case "previous": return curve.below(t);
      case "pageNext": return curve.moved(t, -part);
      case "pagePrevious": return curve.moved(t, part);
      case "first": return curve.lowest;
      case "last": return curve.highest;
      case "nextChange": return Math.min(...this.#all().map((each) => each.above(t)));
      case "previousChange": return Math.max(...this.#all().map((each) => each.below(t)));
      default: return null;
    }
  }

  #all() {
    const { state } = this.page.store;
    return state.isOne ? this.page.decisions.curves(state, this.model) : [this.curve];
  }

  #drag(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    const gesture = freshId("drag"), box = this.picture.getBoundingClientRect();
    const move = ({ clientX }) => {
      const share = (clientX - box.left) / box.width;
      const t = this.#rounded(this.range[0] + Math.min(Math.max(share, 0), 1) * (this.range[1] - this.range[0]));
      this.page.decisions.setThreshold(this.model, this.g, t, { gesture });
    };
    const end = () => {
      this.plot.removeEventListener("pointermove", move);
      this.page.settled();
    };
    this.plot.setPointerCapture(event.pointerId);
    this.plot.addEventListener("pointermove", move);
    this.plot.addEventListener("pointerup", end, { once: true });
    this.plot.addEventListener("pointercancel", end, { once: true });
    this.slider.input.focus({ preventScroll: true });
    move(event);
  }

  #fit(width) {
    if (width <= 0 || width === this.width) return;
    this.width = width;
    this.x = linearScale(this.range, [0, width]);
    const height = Lane.height, bins = Math.max(16, Math.min(80, Math.floor(width / 9)));
    const [low, high] = this.range;
    const edges = Array.from({ length: bins + 1 }, (_, k) => low + ((high - low) * k) / bins);
    const counts = this.curve.histogram(edges), { hasLabels } = this.curve;
    const base = hasLabels ? height * 0.5 : height - 4;
    const room = hasLabels ? height * 0.46 : height - 12;
    const tall = (label) => {
      const most = Math.max(1, ...counts.map((count) => count[label]));
      return counts.map((count) => Math.sqrt(count[label] / most) * room);
    };
    const places = edges.map((edge) => this.x.at(edge));
    const up = barOutline(places, tall(hasLabels ? "tp" : "fp"), base);
    const down = hasLabels ? barOutline(places, tall("fp").map((y) => -y), base) : null;
    const fill = Series.fill(this.series), clip = freshId("clip");
    this.clip = draw("rect", { y: 0, height });
    this.cut = draw("line.cut", { y1: 0, y2: height });
    this.picture = canvas(width, height);
    const says = `Scores of ${brief(this.group.name, 60)}: ${hasLabels ? "positive labels upward, negative ones downward" : "numbers of rows"}`;
    dress(this.picture, { role: "img", "aria-label": says });
    this.picture.append(
      draw("clipPath", { id: clip }, this.clip),
      ...ticks(this.range, Math.max(2, Math.floor(width / 90))).map((tick) =>
        draw("line.grid", { x1: this.x.at(tick), x2: this.x.at(tick), y1: 0, y2: height })),
      draw(`path.faded.${fill}`, { d: up }), down && draw("path.faded.down", { d: down }),
      draw("g", { "clip-path": `url(#${clip})` },
        draw(`path.${fill}`, { d: up }), down && draw("path.down", { d: down })),
      draw("line.axis", { x1: 0, x2: width, y1: base, y2: base }), this.cut);
    this.plot.replaceChildren(this.picture);
    if (this.shown !== undefined) this.#move(this.shown);
  }

  #move(t) {
    if (!this.x) return;
    const place = t === Infinity ? this.width : t === -Infinity ? 0 : round2(this.x.at(t));
    mark(this.clip, "x", place);
    mark(this.clip, "width", Math.max(0, this.width - place));
    mark(this.cut, "x1", place);
    mark(this.cut, "x2", place);
  }

  /** Shows a threshold and what it gives. */
  show(t, counts) {
    if (this.shown !== t) {
      this.shown = t;
      this.#move(t);
      this.slider.show(t);
    }
    const about = counts.slack > 0 ? "≈ " : "";
    say(this.said, `${about}${NumberText.weight(counts.selected)} selected, ${about}${NumberText.percent(counts.selected / counts.rows)}`);
  }

  end() { this.observer.disconnect(); }
}
