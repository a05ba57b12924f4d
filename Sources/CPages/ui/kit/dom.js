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

/** A name of the data as people can read it: cut in the middle, with marks of direction kept apart. */
function brief(name, longest = 60) {
  const letters = [...String(name)];
  if (letters.length === 0) return "(empty)";
  if (letters.length <= longest) return letters.join("");
  const half = Math.floor((longest - 1) / 2);
  return `${letters.slice(0, half).join("")}…${letters.slice(-half).join("")}`;
}

/** An element with a name of the data: its direction does not spill over, and its whole is a title. */
function nameOf(name, longest = 60) {
  const short = brief(name, longest);
  return el("bdi", { title: short === String(name) ? null : String(name).slice(0, 2000) }, short);
}
