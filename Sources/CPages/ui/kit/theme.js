// Light, dark, or as the reader's system has it.

const Theme = (() => {
  const names = { auto: "As the system", light: "Light", dark: "Dark" };

  function apply(name) {
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
  }

  /** A field that chooses. The choice is the page's: nothing is stored. */
  function field() {
    const select = el("select", { on: { change: () => apply(select.value) } },
      Object.entries(names).map(([value, name]) => el("option", { value }, name)));
    return el("label.field.compact", null, el("span", null, "Theme"), select);
  }

  return { field, apply };
})();
