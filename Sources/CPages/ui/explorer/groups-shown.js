// Which groups a picture shows.

/** Groups of the pictures: all, or of many the largest; tables have every one. */
function shownGroups(exploration, partition, most = 10) {
  const all = exploration.groups(partition).map((group, g) => ({ rows: group.rows ?? 0, g }));
  if (all.length <= most) return all.map(({ g }) => g);
  return all.sort((a, b) => b.rows - a.rows).slice(0, most).map(({ g }) => g);
}

/**
 * A group's colour and mark: its place, or of many groups its rank by size, so that those of one picture differ.
 */
const seriesOf = (() => {
  const known = new WeakMap();
  return (exploration, partition, g) => {
    const groups = exploration.groups(partition);
    if (!known.has(groups)) {
      const places = groups.map((_, k) => k);
      if (groups.length > Series.most) {
        // The smallest group comes last.
        places.fill(groups.length - 1);
        shownGroups(exploration, partition, groups.length - 1).forEach((k, rank) => { places[k] = rank; });
      }
      known.set(groups, places);
    }
    return known.get(groups)[g];
  };
})();

/** A sentence where groups are left out of the pictures. */
function leftOut(exploration, partition, most) {
  const count = exploration.groups(partition).length;
  return count > most ? ` The ${most} largest of ${count} groups are drawn; the table has all.` : "";
}

/** Asks for a choice. @param options `[[value, text]]` */
function chooser(label, options, change) {
  const select = el("select", { on: { change: () => change(select.value) } },
    options.map(([value, text]) => el("option", { value }, brief(text, 60))));
  return { select, element: el("label.field.compact", null, el("span", null, label), select) };
}
