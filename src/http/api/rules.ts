import { explainRule, explainTree } from '#audiences/explain.ts';
import { operators } from '#audiences/nodes/operators.ts';
import { referencesOf } from '#audiences/references.ts';
import { parseRule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { listComputedTraits } from '#store/computed-traits.ts';
import { listEventNames, listEventProperties } from '#store/event-names.ts';
import { listGroupTraits } from '#store/groups.ts';
import { overviewAudiences } from '#store/overview.ts';
import { listTraits } from '#store/traits.ts';
import { breakDown, samplePeople } from '#sync/breakdown.ts';
import { membershipOf } from '#sync/scope.ts';
import * as contract from '../contract/rules.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { languageOf } from './asked-language.ts';

export function serveRules(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.checkRule, async ({ body, databaseId }, context) => {
    const rule = parseRule(body.rule);
    const language = languageOf(context);
    // Names of traits and audiences are looked up where it is compiled.
    await membershipOf(store, databaseId, rule, 1);
    return {
      rule: rule as unknown as Record<string, never>,
      sentence: explainRule(rule, language),
      lines: explainTree(rule, language),
      audiences: referencesOf(rule),
    };
  });

  answer(api, parts, contract.countRule, async ({ body, databaseId }, context) => {
    const { precision, overlapWith, samples } = body;
    const rule = parseRule(body.rule);
    await refuseForeign(parts, databaseId, overlapWith);
    const found = await breakDown(muster, databaseId, rule, {
      ...{ overlapWith, precision },
      language: languageOf(context),
    });
    const shown = samples === 0 ? [] : await samplePeople(store, databaseId, rule, samples);
    return { ...found, samples: shown };
  });

  answer(api, parts, contract.getRuleVocabulary, async ({ databaseId }) => {
    const [traits, computed, events, groupTraits, audiences] = await Promise.all([
      listTraits(store, databaseId),
      listComputedTraits(store, databaseId),
      listEventNames(store, databaseId),
      listGroupTraits(store, databaseId),
      overviewAudiences(store, { databaseIds: [databaseId] }),
    ]);
    const isComputed = new Set(computed.map(({ name }) => name));
    return {
      traits: traits.map((trait) => ({ ...trait, computed: isComputed.has(trait.name) })),
      events,
      groupTraits,
      audiences: audiences.map(({ id, name }) => ({ id, name })),
      operators: Object.keys(operators),
    };
  });

  answer(api, parts, contract.getEventProperties, async ({ query, databaseId }) => ({
    properties: await listEventProperties(store, databaseId, query.event),
  }));
}

/** An audience of another database is not there for this one. */
async function refuseForeign(
  { muster }: ApiParts,
  databaseId: number,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const audiences = await overviewAudiences(muster.store, { databaseIds: [databaseId] });
  const known = new Set(audiences.map(({ name }) => name));
  const missing = names.find((name) => !known.has(name));
  if (missing !== undefined) throw new MusterError('AUDIENCE_UNKNOWN', `“${missing}”`);
}
