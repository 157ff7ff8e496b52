import { MusterError } from '#domain/errors/muster-error.ts';
import type { JsonObject, Phrase } from './node.ts';
import { invalid, placed, under } from './problem.ts';

/**
 * The children of `all` or `any`. An empty group is refused: "all of nothing" would be everybody,
 * and what an editor leaves behind by mistake must not upload a whole database.
 */
export function checkMembers<Child>(
  json: JsonObject,
  key: 'all' | 'any',
  path: string,
  checkChild: (json: unknown, path: string) => Child,
): readonly Child[] {
  const members = json[key];
  const here = under(path, key);
  if (!Array.isArray(members)) throw invalid(here, 'a list of conditions', members);
  if (members.length === 0) throw new MusterError('RULE_GROUP_EMPTY', placed(here));
  return members.map((member: unknown, i) => checkChild(member, `${here}[${i}]`));
}

/** The sentence of a group. One member needs no conjunction. */
export function joinPhrases(
  children: readonly Phrase[],
  type: 'conjunction' | 'disjunction',
): Phrase {
  const [only] = children;
  if (children.length === 1 && only !== undefined) return only;
  const parts = children.map(({ yes }) => (yes.joined ? `(${yes.text})` : yes.text));
  const text = new Intl.ListFormat('en-GB', { type }).format(parts);
  return {
    yes: { text, joined: true },
    no: { text: `who are not among those ${text}`, joined: true },
  };
}
