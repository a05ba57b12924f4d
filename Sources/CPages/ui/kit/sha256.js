// SHA-256 (FIPS 180-4) of a text's UTF-8 bytes. The browser's own answers later than it is asked, and
// not on every page that is opened from a disk.

const Digest = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  const bits = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) >>> 0;
  const steps = primes.map((p) => bits(Math.cbrt(p)));
  const start = primes.slice(0, 8).map((p) => bits(Math.sqrt(p)));
  const turn = (x, by) => (x >>> by) | (x << (32 - by));

  function padded(text) {
    const bytes = new TextEncoder().encode(text);
    const whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    whole.set(bytes);
    whole[bytes.length] = 0x80;
    const view = new DataView(whole.buffer);
    view.setUint32(whole.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(whole.length - 4, (bytes.length << 3) >>> 0);
    return view;
  }

  function sha256(text) {
    const view = padded(text), words = new Uint32Array(64);
    const state = Uint32Array.from(start);
    for (let block = 0; block < view.byteLength; block += 64) {
      for (let i = 0; i < 16; i++) words[i] = view.getUint32(block + 4 * i);
      for (let i = 16; i < 64; i++) {
        const near = words[i - 15], far = words[i - 2];
        words[i] = words[i - 16] + words[i - 7]
          + (turn(near, 7) ^ turn(near, 18) ^ (near >>> 3))
          + (turn(far, 17) ^ turn(far, 19) ^ (far >>> 10));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g))
          + steps[i] + words[i]) >>> 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) >>> 0, c, b, a, (one + two) >>> 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
    }
    return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
  }

  return { sha256 };
})();
