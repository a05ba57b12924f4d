// A picture's frame: a title, a sentence, the numbers as a table, and both as files.

class Figure {
  #width = 0;
  #table = null;
  #titles = null;

  /**
   * @param render `(width) → svg`, called when the width changes and when `refresh` is.
   * @param table `() → { columns, rows, keyOf }` of the twin, made when it is opened.
   * @param says The picture in a sentence.
   */
  constructor({ title, note, render, table, says, legend, isWide = false, level = 3 }) {
    Object.assign(this, { render, makeTable: table, says, title });
    this.heading = el(`h${level}.figure-title`, { id: freshId("figure") }, title);
    this.place = el("div.picture");
    this.note = el("p.figure-note", { hidden: !note }, note ?? "");
    this.numbers = el("div.numbers");
    this.more = el("details.twin", { on: { toggle: () => this.#open() } },
      el("summary", null, "Numbers"), this.numbers);
    this.element = el(`figure${isWide ? ".wide" : ""}`, { "aria-labelledby": this.heading.id },
      this.heading, this.place, legend, this.note, table ? this.#tools() : null, table ? this.more : null);
    Figure.watch(this);
  }

  #tools() {
    const name = () => Download.slug(this.title);
    const button = (text, what, action) => el("button.quiet.small", {
      type: "button", "aria-label": `${this.title}: ${what}`, on: { click: action },
    }, text);
    return el("div.figure-tools", null,
      button("SVG", "save the picture", () => {
        const picture = this.place.querySelector("svg");
        if (picture) Download.svg(name(), picture);
      }),
      button("CSV", "save the numbers", () => {
        const table = new DataTable({ caption: this.title, ...this.makeTable() });
        table.show(this.makeTable().rows);
        Download.csv(name(), table.cells);
      }));
  }

  #open() {
    if (!this.more.open) return;
    const { rows, ...rest } = this.makeTable();
    const titles = [this.title, ...rest.columns.map(({ title }) => title)].join("\n");
    if (this.#titles !== titles) {
      this.#titles = titles;
      this.#table = new DataTable({ caption: `${this.title}: numbers`, ...rest });
      this.numbers.replaceChildren(this.#table.element);
    }
    this.#table.show(rows);
  }

  /** Draws again, whatever the width. */
  refresh() {
    if (this.#width > 0) this.#paint();
    if (this.more.open) this.#open();
  }

  /** The table and the sentence only: marks of the picture were moved in place. */
  retell() {
    const picture = this.place.firstElementChild;
    if (picture && this.says) mark(picture, "aria-label", this.says());
    if (this.more.open) this.#open();
  }

  fit(width) {
    const whole = Math.round(width);
    if (whole <= 0 || whole === this.#width) return;
    this.#width = whole;
    this.#paint();
  }

  #paint() {
    const picture = this.render(this.#width);
    if (!picture) return;
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", this.says ? this.says() : this.title);
    this.place.replaceChildren(picture);
  }

  static #figures = new WeakMap();
  static #observer = null;
  static watch(figure) {
    Figure.#observer ??= new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) Figure.#figures.get(target)?.fit(contentRect.width);
    });
    Figure.#figures.set(figure.place, figure);
    Figure.#observer.observe(figure.place);
  }
}

/** An empty picture of a size in pixels. */
function canvas(width, height) {
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
}
