// From numbers to places in a picture, and round numbers for its axis.

/** A straight scale: `at` gives the place of a number, `from` the number at a place. */
function linearScale([low, high], [start, end]) {
  const span = high - low || 1, length = end - start;
  return {
    low, high, start, end,
    at: (value) => start + ((Math.min(Math.max(value, low), high) - low) / span) * length,
    from: (place) => low + (Math.min(Math.max((place - start) / length, 0), 1)) * span,
  };
}

/** The distance of round numbers: 1, 2 or 5 times a power of ten. */
function roundStep(span, count) {
  const rough = span / Math.max(count, 1), power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power;
}

/** Round numbers within a range, about so many. */
function ticks([low, high], count) {
  if (!(high > low) || !Number.isFinite(high - low)) return [low];
  const step = roundStep(high - low, count), found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    // Without the rounding of a product: 3 · 0.1 is 0.3.
    found.push(Number((k * step).toPrecision(12)));
  }
  return found;
}

/** A range with room: one number becomes a range around it. */
function roomy(low, high) {
  if (low >= 0 && high <= 1 && high > low) return [0, 1];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (high > low) return [low, high];
  const room = Math.abs(low) > 1 ? Math.abs(low) / 2 : 0.5;
  return [low - room, low + room];
}
