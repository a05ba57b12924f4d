// The page: its document, what is decided, and the views that are told of every change.

class Page {
  constructor(text) {
    this.exploration = new Exploration(text);
    this.store = new Store(Decisions.start(this.exploration));
    this.ledger = new Ledger(this.exploration);
    this.decisions = new Decisions(this.exploration, this.store, this.ledger);
    this.keys = new Keys();
    this.address = new Address(this);
    this.store.change(this.address.read());
    this.shell = new Shell(this);
    this.isFirst = true;
    this.store.subscribe((state, before) => this.shell.update(state, before));
    this.store.subscribe((state) => this.address.write(state));
    this.store.tell();
    this.isFirst = false;
    this.settled();
    addEventListener("hashchange", () => this.store.change(this.address.read()));
  }

  /** A threshold rests: it was looked at. */
  settled() {
    const { state } = this.store;
    if (this.exploration.hasScores(state.model, state.partition)) {
      this.ledger.sawThresholds(state.model, state.partition, this.decisions.thresholds(state));
    }
  }

  announce(sentence) {
    if (!this.isFirst && sentence && sentence !== this.announced) Live.tell(sentence);
    this.announced = sentence;
  }

  undo() { this.#step("Undone", this.store.undo()); }
  redo() { this.#step("Done again", this.store.redo()); }
  #step(word, label) { Live.tell(label ? `${word}: ${label}` : "Nothing to take back"); }

  keep() {
    const pin = this.decisions.pin(`Policy ${this.store.state.pins.length + 1}`);
    Live.tell(`${pin.name} is kept`);
    return pin;
  }
}

window.equipoisePage = new Page(document.getElementById("exploration").textContent);
