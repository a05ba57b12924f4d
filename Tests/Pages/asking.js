// What can be asked of a page that is open. Each function answers with a list of what is wrong.
window.asking = (() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const about = (element) => {
    const words = element.textContent.trim().replace(/\s+/g, " ").slice(0, 50);
    return `<${element.tagName.toLowerCase()} ${element.className.baseVal ?? element.className}> ${words}`;
  };
  // One of many alike: a kind of fault is told by its first few elements.
  const first = (problems) => [...new Set(problems)].slice(0, 8);

  // MARK: What fits

  const sideways = () => {
    const width = document.documentElement.clientWidth, problems = [];
    if (document.documentElement.scrollWidth > width) problems.push("the page scrolls sideways");
    for (const element of document.body.querySelectorAll("*")) {
      if (element.closest(".scroll, .skip, svg") || !shown(element)) continue;
      if (element.getBoundingClientRect().right > width + 1) {
        problems.push(`beyond the right edge: ${about(element)}`);
      }
    }
    return first(problems);
  };

  // Tables are not scrolled on paper.
  const beyondPaper = () => {
    const width = document.documentElement.clientWidth;
    return first([...document.body.querySelectorAll("table, figure, svg, p, pre, dl")]
      .filter((element) => shown(element) && element.getBoundingClientRect().right > width + 1)
      .map((element) => `beyond the paper: ${about(element)}`));
  };

  // Words of at most so many letters and signs that are on two lines. Beside hyphens, brackets and
  // slashes, and in scripts without blanks, a line may end.
  const broken = (longest) => {
    const problems = [], range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent.closest("svg, pre, style") || !shown(parent)) continue;
      // A text of one line has no broken word.
      range.selectNodeContents(node);
      if (range.getClientRects().length < 2) continue;
      for (const { 0: run, index: start } of node.data.matchAll(/[^\s\u2010-\u2014-]+/gu)) {
        const end = start + run.length;
        // Part of a longer one, in which places to break are given.
        if (start === 0 && node.previousSibling?.nodeName === "WBR") continue;
        if (end === node.data.length && node.nextSibling?.nodeName === "WBR") continue;
        if (run.length > longest || /\p{scx=Han}|\p{scx=Kana}/u.test(run)) continue;
        for (const { 0: word, index: within } of run.matchAll(/[^()<>/]+/gu)) {
          const index = start + within;
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
          if (tops.size > 1) problems.push(`broken: ${word} in ${about(parent)}`);
        }
      }
    }
    return first(problems);
  };

  // MARK: Pictures

  // In a picture's own units, which do not depend on its size on the screen.
  const labels = () => {
    const problems = [];
    for (const svg of document.querySelectorAll("svg")) {
      const { width, height } = svg.viewBox.baseVal;
      const boxes = [...svg.querySelectorAll("text")].map((text) => {
        const { x, y, width, height } = text.getBBox();
        return { text, left: x, top: y, right: x + width, bottom: y + height };
      });
      const markers = [...svg.querySelectorAll("circle, polygon")].map((marker) => {
        const { x, y, width, height } = marker.getBBox();
        return { x: x + width / 2, y: y + height / 2 };
      });
      const near = 0.5;
      boxes.forEach((a, index) => {
        if (a.left < -near || a.top < -near || a.right > width + near || a.bottom > height + near) {
          problems.push(`leaves its picture: ${about(a.text)} in ${svg.parentElement.id || "a figure"}`);
        }
        // A run's name stands beside its marker, not on it.
        const on = markers.filter(({ x, y }) => x > a.left && x < a.right && y > a.top && y < a.bottom);
        if (on.length > 0 && a.text.classList.contains("label")) {
          problems.push(`on a marker: ${about(a.text)}`);
        }
        for (const b of boxes.slice(index + 1)) {
          const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          if (across > near && down > near) {
            problems.push(
              `on one another: ${about(a.text)} and ${about(b.text)} by ${across.toFixed(1)} and ${down.toFixed(1)}`);
          }
        }
      });
    }
    return first(problems);
  };

  // MARK: Contrast

  // Any colour as red, green, blue and opacity.
  const painter = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = (text) => {
    if (!known.has(text)) {
      painter.clearRect(0, 0, 1, 1);
      painter.fillStyle = text;
      painter.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = painter.getImageData(0, 0, 1, 1).data;
      known.set(text, [r, g, b, a / 255]);
    }
    return known.get(text);
  };
  const over = ([r, g, b, a], below) =>
    [r, g, b].map((value, index) => a * value + (1 - a) * below[index]).concat(1);
  const light = (parts) => {
    const [r, g, b] = parts.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  // The shades at the ends of a table that scrolls are pictures that no text rests on.
  const ground = (element, memory) => {
    if (!element) return [255, 255, 255, 1];
    if (!memory.has(element)) {
      const own = colour(getComputedStyle(element).backgroundColor);
      memory.set(element, own[3] === 1 ? own : over(own, ground(element.parentElement, memory)));
    }
    return memory.get(element);
  };

  const faint = () => {
    const problems = [], memory = new Map();
    const look = (element, ink, below, style) => {
      const size = parseFloat(style.fontSize), isBold = style.fontWeight >= 700;
      const least = size >= 24 || (size >= 18.66 && isBold) ? 3 : 4.5;
      const found = ratio(over(ink, below), below);
      if (found < least) problems.push(`contrast ${found.toFixed(2)}: ${about(element)}`);
    };
    for (const element of document.body.querySelectorAll("*")) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!hasText || element.closest("svg, .skip") || !shown(element)) continue;
      const style = getComputedStyle(element);
      look(element, colour(style.color), ground(element, memory), style);
    }
    for (const svg of document.querySelectorAll("svg")) {
      const page = ground(svg.parentElement, memory);
      const rectangles = [...svg.querySelectorAll("rect")].map((rectangle) => {
        const { fill, fillOpacity } = getComputedStyle(rectangle), [r, g, b, a] = colour(fill);
        return { box: rectangle.getBBox(), fill: [r, g, b, a * fillOpacity] };
      });
      for (const text of svg.querySelectorAll("text")) {
        const style = getComputedStyle(text), box = text.getBBox();
        const x = box.x + box.width / 2, y = box.y + box.height / 2;
        const below = rectangles.reduce(
          (below, { box, fill }) =>
            x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height
              ? over(fill, below) : below,
          page);
        look(text, colour(style.fill), below, style);
      }
    }
    return first(problems);
  };

  // MARK: What axe-core sees

  const told = (found) => [...found.violations, ...found.incomplete].map(
    ({ id, nodes }) => `axe: ${id}: ${nodes.length} × ${nodes[0].html.slice(0, 100)}; ${
      [...nodes[0].any, ...nodes[0].all, ...nodes[0].none][0]?.message}`);
  const wanted = { resultTypes: ["violations", "incomplete"] };

  // A large table takes it minutes: rows that are built alike are seen once.
  const alike = () => {
    for (const body of document.querySelectorAll("tbody")) {
      const seen = new Set();
      for (const row of [...body.rows]) {
        const shape = [row, ...row.querySelectorAll("*")].map((part) => part.tagName + part.className).join();
        if (seen.has(shape)) row.remove();
        seen.add(shape);
      }
    }
  };
  const axeRules = async () =>
    told(await axe.run(document, { ...wanted, rules: { "color-contrast": { enabled: false } } }));

  // One text of each kind: `faint` looks at all of them. Of texts in pictures, and of those over the
  // shades at the ends of a table that scrolls, axe-core cannot tell the ground.
  const axeContrast = async () => {
    if (!document.getElementById("plain")) {
      const style = Object.assign(document.createElement("style"), { id: "plain" });
      style.textContent = ".scroll{background-image:none!important}";
      document.head.append(style);
    }
    const kinds = new Map(), names = new Map();
    const kind = (element) => {
      if (!element || element === document.body) return "";
      if (!names.has(element)) {
        names.set(element, `${kind(element.parentElement)} ${element.tagName}.${element.className}`);
      }
      return names.get(element);
    };
    for (const element of document.body.querySelectorAll("*")) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 1);
      if (hasText && !element.closest("svg, .skip") && !kinds.has(kind(element))) {
        kinds.set(kind(element), element);
      }
    }
    return told(await axe.run(
      { include: [...kinds.values()] }, { ...wanted, runOnly: { type: "rule", values: ["color-contrast"] } }));
  };

  return { sideways, beyondPaper, broken, labels, faint, alike, axeRules, axeContrast };
})();
