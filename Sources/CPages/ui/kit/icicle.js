// A tree as an icicle: a level a row, a node as wide as its rows are many, darker where its rate is higher.

/** @param root `{ title, share, rate, detail, children, choose }`: shares of all rows. */
function icicle(width, { root, depth, most, text = NumberText.percent }) {
  const line = 58, picture = canvas(width, depth * line + 2);
  const place = (node, level, start) => {
    const length = node.share * width, step = Math.min(4, Math.ceil((node.rate / (most || 1)) * 4 - 1e-9));
    const box = draw("g.node");
    box.append(
      draw("title", null, `${node.title}: ${text(node.rate)}. ${node.detail}`),
      draw("rect", { class: `icicle tone${Math.max(0, step)}`, x: round2(start) + 1, y: level * line + 1, width: Math.max(1, round2(length) - 2), height: line - 3, rx: 4 }));
    const letters = Math.floor((length - 14) / 6.8);
    if (letters >= 5) {
      box.append(draw("text", { x: start + 8, y: level * line + 23 }, brief(node.title, letters)));
      box.append(draw("text.heavy", { x: start + 8, y: level * line + 42 }, text(node.rate)));
    }
    picture.append(box);
    let next = start;
    for (const child of node.children) {
      place(child, level + 1, next);
      next += child.share * width;
    }
  };
  place(root, 0, 0);
  return picture;
}
