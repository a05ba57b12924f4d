// A few numbers, large.

class Tiles {
  #parts = new Map();

  constructor() { this.element = el("dl.facts"); }

  /** @param tiles `[[label, value, detail]]` */
  show(tiles) {
    const labels = tiles.map(([label]) => label).join();
    if (this.labels !== labels) {
      this.labels = labels;
      this.#parts.clear();
      this.element.replaceChildren(...tiles.map(([label]) => {
        const value = el("strong"), detail = el("span");
        this.#parts.set(label, { value, detail });
        return el("div", null, el("dt", null, label), el("dd", null, value, detail));
      }));
    }
    for (const [label, value, detail] of tiles) {
      const part = this.#parts.get(label);
      say(part.value, value);
      say(part.detail, detail);
    }
  }
}
