// Numbers as the reports print them: the same in every locale, with a true minus sign.

const NumberText = (() => {
  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

  /** A fixed count of decimals; never a negative zero. */
  function fixed(value, decimals) {
    if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
    const text = Math.abs(value).toFixed(decimals);
    return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
  }

  function signed(value, decimals) {
    const text = fixed(value, decimals);
    return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
  }

  /** `12,345` */
  function count(value) {
    return (value < 0 ? "−" : "") + grouped(String(Math.abs(Math.round(value))));
  }

  /** A count where it is whole, else with one decimal. */
  function weight(value) {
    if (Number.isInteger(value)) return count(value);
    const [whole, tenth] = Math.abs(value).toFixed(1).split(".");
    return `${value < 0 ? "−" : ""}${grouped(whole)}.${tenth}`;
  }

  /** `31.2%` */
  const percent = (share) => `${fixed(100 * share, 1)}%`;

  /** A difference of shares in percentage points: `+3.4 pp`. */
  const points = (difference) => `${signed(100 * difference, 1)} pp`;

  /** A distance of shares, which has no sign: `3.4 pp`. */
  const distance = (difference) => `${fixed(100 * difference, 1)} pp`;

  /** `0.614` */
  const ratio = (value) => fixed(value, 3);

  /** `0.0341`, or `<0.0001` */
  const pValue = (value) => (value < 0.0001 ? "<0.0001" : fixed(value, 4));

  /** `1 row`, `2,000 rows` */
  function counted(value, thing, things = `${thing}s`) {
    return `${weight(value)} ${value === 1 ? thing : things}`;
  }

  const withoutZeros = (text) =>
    text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;

  /** At most three decimals, without zeros at the end: `1.25`. */
  const short = (value) => withoutZeros(fixed(value, 3));

  /** A number of a column's values: `8,000`, `108,397.7`, `12.25`, `1.2e-7`. */
  function measured(value) {
    const size = Math.abs(value);
    if (size !== 0 && (size < 0.001 || size >= 1e15)) {
      return value.toPrecision(3).replace("-", "−");
    }
    return Number.isInteger(value) || size >= 1000 ? weight(value) : short(value);
  }

  /** As short as reads back to the same number, as the program writes it: `0.5`, `1e-05`. */
  function exact(value) {
    if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
    const [digits, exponent] = value.toExponential().split("e");
    const power = Number(exponent);
    if (power < -4 || power > 15) {
      const sign = power < 0 ? "-" : "+";
      return `${digits}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
    }
    return String(value);
  }

  return {
    fixed, signed, count, weight, percent, points, distance, ratio, pValue, counted, short, measured,
    exact,
  };
})();
