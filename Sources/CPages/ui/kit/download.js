// What leaves the page: files that the reader asks for, made here; nothing is sent anywhere.

const Download = (() => {
  function file(name, text, type) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = el("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /** A cell of CSV. A text that a spreadsheet would compute is kept a text by an apostrophe. */
  function cell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  const lines = (rows) => rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";

  const csv = (name, rows) => file(`${name}.csv`, lines(rows), "text/csv;charset=utf-8");
  const json = (name, text) => file(name, text, "application/json");

  // A picture outside of its page has no style sheet: what its parts look like goes with them.
  const kept = [
    "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin",
    "opacity", "font-size", "font-family", "font-weight", "text-anchor", "paint-order",
  ];
  function svg(name, picture) {
    const copy = picture.cloneNode(true);
    const from = [picture, ...picture.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((part, index) => {
      const style = getComputedStyle(from[index]);
      for (const property of kept) part.setAttribute(property, style.getPropertyValue(property));
      part.removeAttribute("class");
    });
    copy.setAttribute("xmlns", SVG_SPACE);
    const page = getComputedStyle(document.body).backgroundColor;
    copy.prepend(draw("rect", { width: "100%", height: "100%", fill: page }));
    file(`${name}.svg`, new XMLSerializer().serializeToString(copy), "image/svg+xml");
  }

  /** A name for a file: letters, digits and hyphens. */
  const slug = (text) =>
    text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "figure";

  return { csv, json, svg, lines, slug };
})();
