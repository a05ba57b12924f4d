// Series of a picture: each has a colour, a dash and a mark of its own, so that colour never stands alone.

const Series = (() => {
  const most = 8;
  const dashes = ["", "7 3", "2 3", "9 3 2 3", "5 2", "1 2", "12 3", "4 2 1 2"];
  const shapes = ["circle", "square", "triangle", "diamond", "cross", "fall", "ring", "bar"];
  const wrapped = (index) => ((index % most) + most) % most;

  /** The outline of a mark around (0, 0) with half the size r. */
  function outline(shape, r) {
    const s = r * 0.9, t = r * 0.38;
    switch (shape) {
      case "square": return `M${-s} ${-s}H${s}V${s}H${-s}Z`;
      case "triangle": return `M0 ${-r * 1.1}L${r * 1.1} ${r * 0.85}H${-r * 1.1}Z`;
      case "fall": return `M0 ${r * 1.1}L${r * 1.1} ${-r * 0.85}H${-r * 1.1}Z`;
      case "diamond": return `M0 ${-r * 1.25}L${r * 1.25} 0L0 ${r * 1.25}L${-r * 1.25} 0Z`;
      case "cross":
        return `M${-t} ${-r}H${t}V${-t}H${r}V${t}H${t}V${r}H${-t}V${t}H${-r}V${-t}H${-t}Z`;
      case "bar": return `M${-t} ${-r * 1.2}H${t}V${r * 1.2}H${-t}Z`;
      case "ring":
        return `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`
          + `M${-t} 0A${t} ${t} 0 1 1 ${t} 0A${t} ${t} 0 1 1 ${-t} 0Z`;
      default: return `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`;
    }
  }

  /** A mark at a place of a picture. */
  function marker(index, { x = 0, y = 0, r = 5 } = {}) {
    return draw(`path.marker.f${wrapped(index)}`, {
      d: outline(shapes[wrapped(index)], r), transform: `translate(${x} ${y})`,
    });
  }

  /** A mark for a text or a table. */
  function key(index) {
    return draw("svg.key", { viewBox: "-7 -7 14 14", "aria-hidden": "true" }, marker(index, { r: 5 }));
  }

  /** What tells series apart, under a picture. */
  function legend(names) {
    return el("ul.legend", null, names.map(([name, index]) => el("li", null, key(index), nameOf(name, 40))));
  }

  return {
    most, marker, key, legend, dash: (index) => dashes[wrapped(index)],
    fill: (index) => `f${wrapped(index)}`, stroke: (index) => `s${wrapped(index)}`,
  };
})();
