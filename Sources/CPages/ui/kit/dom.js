// Elements of a page. Texts enter as text nodes only, so no text of others is ever read as markup.

const SVG_SPACE = "http://www.w3.org/2000/svg";

/** Sets attributes, listeners (`on`), properties (`set`) and CSS variables or rules (`css`). */
function dress(element, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (name === "set") {
      Object.assign(element, value);
    } else if (name === "css") {
      // One rule at a time: a policy of hashes forbids `style` as an attribute.
      for (const [rule, text] of Object.entries(value)) element.style.setProperty(rule, text);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  return element;
}

function fill(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
  return element;
}

function named(create, tag) {
  const [name, ...classes] = tag.split(".");
  const element = create(name);
  if (classes.length > 0) element.setAttribute("class", classes.join(" "));
  return element;
}

/** `el("button.quiet", { type: "button", on: { click } }, "Undo")` */
function el(tag, attributes, ...children) {
  const element = named((name) => document.createElement(name), tag);
  return fill(dress(element, attributes), children);
}

/** The same of a picture's parts. */
function draw(tag, attributes, ...children) {
  const element = named((name) => document.createElementNS(SVG_SPACE, name), tag);
  return fill(dress(element, attributes), children);
}

/** Changes a text only where it differs: an unchanged node costs no layout. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets an attribute only where it differs. */
function mark(element, name, value) {
  const text = String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** A name for `id` and `aria-labelledby`, unlike all others of the page. */
const freshId = (() => {
  let count = 0;
  return (stem) => `${stem}-${++count}`;
})();

// Signs that turn the direction of all that follows, and letters that are written from the right.
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;

/** A name of the data within a sentence: cut in the middle, and its direction does not spill over. */
function brief(name, longest = 60) {
  const letters = [...String(name).slice(0, 20_000).replace(TURNS, "�").replace(/\s+/g, " ")];
  if (letters.length === 0) return "(empty)";
  const half = Math.floor((longest - 1) / 2);
  const text = letters.length <= longest ? letters.join("")
    : `${letters.slice(0, half).join("")}…\u2060${letters.slice(-half).join("")}`;
  return FROM_RIGHT.test(text) ? `\u2068${text}\u2069` : text;
}

/** An element with a name of the data; its whole is a title where it was cut. */
function nameOf(name, longest = 60) {
  const short = brief(name, longest), isWhole = [...String(name).slice(0, longest + 1)].length <= longest;
  return el("bdi", { title: isWhole ? null : String(name).slice(0, 2000) }, short);
}

/**
 * Names for a narrow place, each unlike the others where that can be: words that all begin or end with are left
 * out before any name is cut.
 */
function apart(names, longest) {
  const texts = names.map(String);
  if (texts.length < 2 || texts.every((text) => [...text].length <= longest)) {
    return texts.map((text) => brief(text, longest));
  }
  const shared = (lists) => {
    let count = 0;
    while (lists.every((words) => words.length > count + 1 && words[count] === lists[0][count])) count += 1;
    return count;
  };
  const words = texts.map((text) => text.split(" "));
  const front = shared(words), back = shared(words.map((list) => [...list].reverse()));
  const without = (isFront, isBack) => words.map((list) => {
    const from = isFront ? front : 0, to = Math.max(from + 1, list.length - (isBack ? back : 0));
    return `${from > 0 ? "…" : ""}${list.slice(from, to).join(" ")}${to < list.length ? "…" : ""}`;
  });
  const choices = [without(false, true), without(true, false), without(true, true)];
  const fits = (names) => names.every((name) => [...name].length <= longest);
  return (choices.find(fits) ?? choices[2]).map((name) => brief(name, longest));
}
