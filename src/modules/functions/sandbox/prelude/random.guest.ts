/** Makes Math.random a sequence that depends on the call's seed only, so that a run repeated after a crash gives the same answer. */
export function installRandom(seed: () => string): void {
  let state: Uint32Array | undefined;

  // FNV-1a over the seed's text, four times with different beginnings.
  function seeded(): Uint32Array {
    const text = seed();
    const words = new Uint32Array(4);
    for (let word = 0; word < 4; word++) {
      let hash = (0x811c9dc5 ^ (word * 0x9e3779b1)) >>> 0;
      for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
      words[word] = hash | 1;
    }
    return words;
  }

  // xoshiro128**
  function next(words: Uint32Array): number {
    const [a = 1, b = 1, c = 1, d = 1] = words;
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const c2 = c ^ a;
    const d2 = d ^ b;
    words[0] = a ^ d2;
    words[1] = b ^ c2;
    words[2] = c2 ^ (b << 9);
    words[3] = (d2 << 11) | (d2 >>> 21);
    return result;
  }

  Math.random = function random(): number {
    state ??= seeded();
    return ((next(state) >>> 5) * 67_108_864 + (next(state) >>> 6)) / 9_007_199_254_740_992;
  };
}
