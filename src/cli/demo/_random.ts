/** Numbers from 0 up to 1 that a seed replays. */
export type Random = () => number;

/** An independent stream for each number: one person more changes nothing about the others. */
export function randomFrom(seed: number, stream: number): Random {
  let state = mix(mix(seed) ^ mix(stream + 0x51ed2701));
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return (mix(state) >>> 0) / 2 ** 32;
  };
}

/** Spreads every bit of a number over all of it (the steps of MurmurHash3's finaliser). */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[below(random, choices.length)] ?? choices[0];
}
