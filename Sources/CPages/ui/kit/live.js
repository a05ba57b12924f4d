// What a screen reader says of a change: one sentence at most each half second, the last one wins.

const Live = (() => {
  const pause = 500;
  let region = null, waiting = null, timer = null;

  function speak() {
    timer = null;
    if (waiting === null || !region) return;
    region.textContent = waiting;
    waiting = null;
    timer = setTimeout(speak, pause);
  }

  return {
    /** The page's region, once. */
    place() {
      region = el("p.unseen", { role: "status", "aria-live": "polite" });
      return region;
    },
    tell(sentence) {
      waiting = sentence;
      timer ??= setTimeout(speak, pause);
    },
  };
})();
