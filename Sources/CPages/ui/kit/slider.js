// A slider: the browser's own, with a field for the number beside it, so that nothing has to be dragged.

class Slider {
  /**
   * @param label What it sets.
   * @param range `[low, high]` of the number on the track.
   * @param read From a text of the field to a number, or a text that says what is wrong.
   * @param write From a number to the field's text.
   * @param spoken What a screen reader says of a number.
   * @param step From a number and a key ("next", "previous", "pageNext", "pagePrevious", "first",
   *   "last") to the next number; null leaves the key to the browser.
   * @param change `(value, origin)`: of a "drag", of its end ("drop"), of a "key", or "typed".
   */
  constructor({ label, range, read, write, spoken, step, change, unit }) {
    Object.assign(this, { read, write, spoken, step, change });
    this.value = range[0];
    this.input = el("input", {
      type: "range", min: range[0], max: range[1], step: "any", "aria-label": label,
      on: {
        input: () => this.change(Number(this.input.value), "drag"),
        change: () => this.change(Number(this.input.value), "drop"),
        keydown: (event) => this.#key(event),
      },
    });
    this.fault = el("span.fault", { id: freshId("fault"), hidden: true });
    this.field = el("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
      "aria-label": unit ? `${label}, ${unit}` : `${label}, as a number`,
      "aria-describedby": this.fault.id,
      on: {
        change: () => this.#typed(),
        keydown: (event) => { if (event.key === "Enter") this.#typed(); },
      },
    });
  }

  #typed() {
    const found = this.read(this.field.value.trim());
    const isFault = typeof found === "string";
    this.fault.hidden = !isFault;
    say(this.fault, isFault ? found : "");
    mark(this.field, "aria-invalid", isFault);
    if (isFault) Live.tell(found);
    else if (found !== this.value) {
      this.change(found, "typed");
      // What was typed may lead back to the value that was shown: after the next frame the field says so.
      requestAnimationFrame(() => this.show(this.value));
    }
  }

  #key(event) {
    const name = {
      ArrowRight: "next", ArrowUp: "next", ArrowLeft: "previous", ArrowDown: "previous",
      PageUp: "pageNext", PageDown: "pagePrevious", Home: "first", End: "last",
      "]": "nextChange", "[": "previousChange",
    }[event.key];
    if (!name || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = this.step?.(this.value, name) ?? null;
    if (next === null) return;
    event.preventDefault();
    // The next key may come before the next frame of the screen: it goes on from here.
    this.value = next;
    this.change(next, "key");
  }

  /** Shows a number. The field is left alone while it is typed in. */
  show(value) {
    this.value = value;
    const low = Number(this.input.min), high = Number(this.input.max);
    const place = String(Math.min(Math.max(value, low), high));
    if (this.input.value !== place) this.input.value = place;
    mark(this.input, "aria-valuetext", this.spoken(value));
    const text = this.write(value);
    if (document.activeElement !== this.field || this.read(this.field.value.trim()) !== value) {
      if (this.field.value !== text) this.field.value = text;
    }
    if (!this.fault.hidden) {
      this.fault.hidden = true;
      mark(this.field, "aria-invalid", false);
    }
  }
}
