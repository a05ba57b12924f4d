// The state in the address: a link within the page, which no server ever sees.

const Fragment = (() => {
  /** `view=thresholds&by=sex` as a map of texts. */
  const read = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

  let timer = null;
  /** Writes the state when it has rested: a browser refuses hundreds of changes in a second. */
  function write(members) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const text = new URLSearchParams(
        Object.entries(members).filter(([, value]) => value !== null && value !== "")).toString();
      if (`#${text}` !== location.hash) history.replaceState(null, "", `#${text}`);
    }, 250);
  }

  return { read, write };
})();
