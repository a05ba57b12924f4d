// Tables that sort, and of which only the visible rows are in the page when there are many.

class DataTable {
  #rows = [];
  #order = null;
  #shown = new Map();
  #window = 60;
  /** More rows scroll within the table. */
  #tall = 14;
  #height = 33;
  #isMeasured = false;

  /**
   * @param columns `[{ id, title, numeric, cell(row) → text | {text, range, mark, absent, value, node}, sort(row), csv(row) }]`
   * @param keyOf A row's own name.
   */
  constructor({ caption, columns, keyOf, name, pick, longest = 120, hasLongNames = false }) {
    Object.assign(this, { columns, keyOf, pick, longest, name: name ?? Download.slug(caption) });
    this.caption = el("caption", { id: freshId("caption") }, caption);
    this.head = el("tr");
    this.body = el("tbody");
    this.above = el("tr.space", { "aria-hidden": "true" }, el("td", { colspan: columns.length }));
    this.below = el("tr.space", { "aria-hidden": "true" }, el("td", { colspan: columns.length }));
    this.table = el(hasLongNames ? "table.long-names" : "table", null, this.caption, el("thead", null, this.head), this.body);
    this.element = el("div.scroll", {
      role: "region", tabindex: "0", "aria-labelledby": this.caption.id,
    }, this.table);
    this.element.addEventListener("scroll", () => this.#fill());
    this.#titles();
  }

  #titles() {
    this.buttons = this.columns.map((column, index) => {
      const cell = el("th", { scope: "col", class: column.numeric ? "number" : null });
      if (column.sort) {
        const button = el("button.sort", { type: "button", on: { click: () => this.#sort(index) } }, column.title);
        cell.append(button);
      } else {
        cell.append(column.title);
      }
      this.head.append(cell);
      return cell;
    });
  }

  #sort(index) {
    const same = this.#order?.index === index;
    const first = this.columns[index].numeric ? -1 : 1;
    if (same && this.#order.turn !== first) this.#order = null;
    else this.#order = { index, turn: same ? -first : first };
    this.buttons.forEach((cell, k) => {
      if (k === this.#order?.index) {
        mark(cell, "aria-sort", this.#order.turn > 0 ? "ascending" : "descending");
      } else {
        cell.removeAttribute("aria-sort");
      }
    });
    this.#shown.clear();
    this.body.replaceChildren();
    this.#fill();
  }

  get sorted() {
    if (!this.#order) return this.#rows;
    const { sort } = this.columns[this.#order.index], { turn } = this.#order;
    // Rows without the number come last in both orders.
    const missing = (value) => value === null || value === undefined || Number.isNaN(value);
    return [...this.#rows].sort((a, b) => {
      const x = sort(a), y = sort(b);
      if (missing(x) || missing(y)) return missing(x) - missing(y);
      return turn * (typeof x === "string" ? x.localeCompare(y, "en") : x - y);
    });
  }

  show(rows) {
    const isSame = rows.length === this.#rows.length;
    this.#rows = rows;
    if (!isSame) {
      this.#shown.clear();
      this.body.replaceChildren();
    }
    this.#fill();
  }

  #fill() {
    const rows = this.sorted, isLong = rows.length > this.longest;
    this.element.classList.toggle("long", rows.length > this.#tall);
    const first = isLong
      ? Math.min(Math.max(0, Math.floor(this.element.scrollTop / this.#height) - 10), rows.length - 1) : 0;
    const last = isLong ? Math.min(rows.length, first + this.#window) : rows.length;
    if (isLong) this.table.setAttribute("aria-rowcount", rows.length + 1);
    const visible = new Set();
    const lines = [];
    for (let k = first; k < last; k++) {
      const key = this.keyOf(rows[k]);
      visible.add(key);
      let line = this.#shown.get(key);
      if (!line) this.#shown.set(key, line = this.#line(rows[k]));
      this.#update(line, rows[k]);
      if (isLong) mark(line.row, "aria-rowindex", k + 2);
      lines.push(line.row);
    }
    for (const key of this.#shown.keys()) if (!visible.has(key)) this.#shown.delete(key);
    const wanted = isLong ? [this.above, ...lines, this.below] : lines;
    if (isLong) {
      this.above.firstChild.style.height = `${first * this.#height}px`;
      this.below.firstChild.style.height = `${(rows.length - last) * this.#height}px`;
    }
    const present = this.body.children;
    const isSame = wanted.length === present.length && wanted.every((row, k) => row === present[k]);
    if (!isSame) this.body.replaceChildren(...wanted);
    if (isLong && !this.#isMeasured) this.#measure(lines);
  }

  /** Rows that are not in the page take the height that those in it have on average. */
  #measure(lines) {
    const height = lines.reduce((sum, line) => sum + line.getBoundingClientRect().height, 0) / lines.length;
    if (!(height > 0)) return;
    this.#isMeasured = true;
    this.#height = height;
    this.#fill();
  }

  #line(row) {
    const cells = this.columns.map((column, index) => {
      const tag = index === 0 ? "th" : "td";
      const cell = el(tag, { scope: index === 0 ? "row" : null, class: column.numeric ? "number" : null });
      const content = el("span"), range = el("span.range"), mark = el("span.mark");
      return { cell, content, range, mark, parts: [] };
    });
    const element = el("tr", null, cells.map(({ cell }) => cell));
    if (this.pick) {
      cells[0].pick = el("button.pick", { type: "button", on: { click: () => this.pick(cells[0].row) } });
    }
    return { row: element, cells };
  }

  #update(line, row) {
    this.columns.forEach((column, index) => {
      const found = column.cell(row), part = line.cells[index];
      part.row = row;
      const value = typeof found === "object" && found !== null ? found : { text: found };
      if (value.node) {
        if (part.node !== value.key) {
          part.node = value.key;
          const inside = part.pick ?? part.cell;
          inside.replaceChildren(value.node());
          if (part.pick) part.cell.replaceChildren(part.pick);
        }
      } else {
        say(part.content, value.text);
        if (!part.content.parentNode) part.cell.append(part.content);
      }
      this.#below(part, "range", value.range);
      this.#below(part, "mark", value.mark);
      part.cell.classList.toggle("absent", value.absent === true);
      if (value.value !== undefined) mark(part.cell, "data-value", value.value ?? "");
    });
    line.row.classList.toggle("total", row.isTotal === true);
  }

  #below(part, name, text) {
    if (text) {
      say(part[name], text);
      if (!part[name].parentNode) part.cell.append(part[name]);
    } else if (part[name].parentNode) {
      part[name].remove();
    }
  }

  /** All rows as they are sorted, for CSV. */
  get cells() {
    return [
      this.columns.map((column) => column.title),
      ...this.sorted.map((row) => this.columns.map((column) => (column.csv ?? column.sort)(row))),
    ];
  }
}
