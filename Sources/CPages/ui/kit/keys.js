// Keys of one letter. They do nothing while the reader types, and can be switched off.

class Keys {
  #actions = new Map();
  #waiting = "";
  #timer = null;
  isOn = true;

  constructor() {
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param keys One letter, or two in a row as `g t`. */
  add(keys, words, action) { this.#actions.set(keys, { words, action }); }

  get list() { return [...this.#actions].map(([keys, { words }]) => [keys, words]); }

  static isTyping(target) {
    return target instanceof Element
      && target.closest("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select")
      !== null;
  }

  #press(event) {
    if (!this.isOn || event.ctrlKey || event.metaKey || event.altKey) return;
    if (Keys.isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const typed = this.#waiting ? `${this.#waiting} ${event.key}` : event.key;
    clearTimeout(this.#timer);
    this.#waiting = "";
    const found = this.#actions.get(typed);
    if (found) {
      event.preventDefault();
      found.action();
    } else if ([...this.#actions.keys()].some((keys) => keys.startsWith(`${typed} `))) {
      this.#waiting = typed;
      this.#timer = setTimeout(() => { this.#waiting = ""; }, 1500);
    }
  }

  /** The list of keys, with the switch. */
  dialog() {
    const isOn = el("input", {
      type: "checkbox", set: { checked: true },
      on: { change: () => { this.isOn = isOn.checked; } },
    });
    const rows = this.list.map(([keys, words]) => el("div", null,
      el("dt", null, keys.split(" ").map((key, k) => [k > 0 ? " then " : null, el("kbd", null, key)])),
      el("dd", null, words)));
    const dialog = el("dialog.help", { "aria-labelledby": "help-title" },
      el("h2", { id: "help-title" }, "Keys"),
      el("label.check", null, isOn, "Keys of one letter are on"),
      el("dl.terms", null, rows),
      el("form", { method: "dialog" }, el("button", { value: "close" }, "Close")));
    return dialog;
  }
}
