import type { JsonObject, NodeKind } from './node.ts';
import { invalid, under } from './problem.ts';
import { checkText, shown } from './scalars.ts';

/**
 * A share of everybody that is drawn by external id: the same people every day, in every audience
 * that uses the seed, and others with another seed. A hold-out is `not` of it.
 */
export interface SampleNode {
  readonly sample: { readonly percent: number; readonly seed: string };
}

/** Of the first four bytes of an MD5, in hex. */
const hexDigits = 8;

export const sample: NodeKind<SampleNode, never> = {
  keys: ['sample'],

  check(json, path) {
    const here = under(path, 'sample');
    const given = json['sample'];
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw invalid(here, 'a share such as {"percent": 10, "seed": "spring"}', given);
    }
    const { percent, seed, ...others } = given as JsonObject;
    if (Object.keys(others).length > 0) throw invalid(here, 'only "percent" and "seed"', given);
    if (typeof percent !== 'number' || !(percent > 0 && percent <= 100)) {
      throw invalid(under(here, 'percent'), 'a number above 0 and up to 100', percent);
    }
    return { sample: { percent, seed: checkText(seed, under(here, 'seed')) } };
  },

  children: () => [],
  reach: () => [],

  // MD5 and not Postgres' own hashes, which may be others in its next version.
  compile: ({ sample: { percent, seed } }, _, { param }) =>
    `(md5(${param(`${seed}\n`, 'text')} || p.external_id) < ${param(threshold(percent), 'text')} collate "C")`,

  explain({ sample: { percent, seed } }) {
    const said = `in the ${percent} % drawn by ${shown(seed)}`;
    return {
      yes: { text: `who are ${said}`, joined: false },
      no: { text: `who are not ${said}`, joined: false },
    };
  },
  line: ({ sample: { percent, seed } }) => `${percent} % drawn by ${shown(seed)}`,
};

/** The hex digits that a hash has to be below; the letter g is above all of them. */
function threshold(percent: number): string {
  if (percent === 100) return 'g';
  const below = Math.round((percent / 100) * 16 ** hexDigits);
  return below.toString(16).padStart(hexDigits, '0');
}
