// The page's state: one value that is never changed in place, with its past for undo. However often it
// changes between two frames of the screen, the views are told once.

class Store {
  #state;
  #told;
  #past = [];
  #future = [];
  #gesture = null;
  #listeners = [];
  #frame = 0;
  #longest = 200;
  /** How often the views were told. */
  frames = 0;

  constructor(state) {
    this.#state = state;
    this.#told = null;
  }

  get state() { return this.#state; }
  get undoLabel() { return this.#past.at(-1)?.label ?? null; }
  get redoLabel() { return this.#future.at(-1)?.label ?? null; }

  /** `listener(state, before)`; before is null the first time. */
  subscribe(listener) { this.#listeners.push(listener); }

  /**
   * Takes on some members.
   * @param label What undo takes back; without one the change is no step of its own.
   * @param gesture Changes with one name, as of a drag, are one step.
   */
  change(members, { label = null, gesture = null } = {}) {
    const next = { ...this.#state, ...members };
    if (Object.keys(members).every((key) => next[key] === this.#state[key])) return;
    if (label !== null && (gesture === null || gesture !== this.#gesture)) {
      this.#past.push({ state: this.#state, label });
      if (this.#past.length > this.#longest) this.#past.shift();
      this.#future = [];
    }
    if (label !== null) this.#gesture = gesture;
    this.#state = next;
    this.#ask();
  }

  /** The next change is a step of its own. */
  endGesture() { this.#gesture = null; }

  undo() { return this.#step(this.#past, this.#future); }
  redo() { return this.#step(this.#future, this.#past); }

  #step(from, to) {
    const entry = from.pop();
    if (!entry) return null;
    to.push({ state: this.#state, label: entry.label });
    // Where the reader is stays as it is: undo changes what was decided, not what is looked at.
    const { view } = this.#state;
    this.#state = { ...entry.state, view };
    this.#gesture = null;
    this.#ask();
    return entry.label;
  }

  #ask() {
    document.documentElement.dataset.idle = "0";
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.tell());
  }

  /** Tells the views now. */
  tell() {
    this.#frame = 0;
    performance.mark("frame-start");
    const before = this.#told;
    this.#told = this.#state;
    this.frames += 1;
    for (const listener of this.#listeners) listener(this.#state, before);
    performance.measure("frame", "frame-start");
    if (this.#frame === 0) document.documentElement.dataset.idle = "1";
  }
}
