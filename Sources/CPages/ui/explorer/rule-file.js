// A policy as the file that the program reads, and as its command.

const RuleFile = (() => {
  /** Every group's threshold: a group without a curve has the stated one. */
  const shown = (t) => (Number.isFinite(t) ? NumberText.exact(t) : t === Infinity ? "inf" : "-inf");

  /** `Female=0.45,Male=0.5` */
  const option = (groups, thresholds) =>
    groups.map(({ name }, g) => `${name}=${shown(thresholds[g])}`).join(",");

  const element = (t) =>
    Number.isFinite(t) ? NumberText.exact(t) : t === Infinity ? '"nobody"' : '"everybody"';

  /** The file's text: the template filled in, with the digest of what it says as its first member. */
  function text(partition, thresholds) {
    const { rule_template: template, groups } = partition;
    const inside = JSON.stringify(option(groups, thresholds)).slice(1, -1);
    const parts = { cuts: thresholds.map(element).join(","), option: inside };
    const body = template.replace(/\{\{(cuts|option)\}\}/g, (_, name) => parts[name]);
    return `{"digest":"${Digest.sha256(body)}",${body.slice(1)}\n`;
  }

  const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`;

  /** The command that makes the same rule; null where the document has none. */
  function command(partition, thresholds) {
    if (!partition.command_template) return null;
    const words = quoted(option(partition.groups, thresholds));
    return partition.command_template.replace("{{option}}", () => words);
  }

  return { text, command, option };
})();
