import { isSynchronized } from '#store/person-at-meta.ts';
import type { NodeKind } from './node.ts';
import { under } from './problem.ts';
import { checkText, shown } from './scalars.ts';

/** The keys under which a rule names another audience. */
export const audienceQuestions = ['member_of', 'synchronized_in', 'not_synchronized_in'] as const;

type Question = (typeof audienceQuestions)[number];

/** How a person stands with another audience, by its name. */
export type AudienceMemberNode<Key extends Question> = { readonly [K in Key]: string };

const words: Readonly<Record<Question, string>> = {
  member_of: 'in',
  synchronized_in: 'synchronized in',
  not_synchronized_in: 'in, and not synchronized in,',
};

/** Whoever is no member is neither synchronized nor not (docs/delivery.md §8). */
const conditions: Readonly<Record<Question, string>> = {
  member_of: '',
  synchronized_in: ` and ${synchronized()}`,
  not_synchronized_in: ` and not ${synchronized()}`,
};

export function audienceMemberKind<Key extends Question>(
  key: Key,
): NodeKind<AudienceMemberNode<Key>, never> {
  const asked = key === 'member_of' ? 'members' : 'synchronized';
  const said = (node: AudienceMemberNode<Key>): string => `${words[key]} ${shown(node[key])}`;
  return {
    keys: [key],
    check: (json, path) =>
      ({ [key]: checkText(json[key], under(path, key)) }) as AudienceMemberNode<Key>,
    children: () => [],
    reach: () => ['linked'],
    audiences: (node) => [node[key]],
    compile: (node, _, { param, audienceId }) =>
      `exists (select from member m where m.audience_id = ${param(audienceId(node[key], asked), 'integer')}` +
      ` and m.profile_id = p.id${conditions[key]})`,
    seen: (node, { param, audienceId }) =>
      `(select to_jsonb(m.since) from member m` +
      ` where m.audience_id = ${param(audienceId(node[key], asked), 'integer')} and m.profile_id = p.id)`,
    explain: (node) => ({
      yes: { text: `who are ${said(node)}`, joined: false },
      no: { text: `who are not ${said(node)}`, joined: false },
    }),
    line: said,
  };
}

function synchronized(): string {
  const sufficiencyMin = `coalesce((select case when i.external_id_allowed then 1 else 2 end
    from integration i where i.id = a.integration_id), 2)`;
  return `exists (select from audience a join link l on l.audience_id = a.id and l.ended_at is null
    where a.id = m.audience_id and ${isSynchronized(sufficiencyMin)})`;
}
