import { MusterError } from '#domain/errors/muster-error.ts';
import type { Language } from '#domain/language.ts';
import { type StateAtMeta, statesAtMeta } from '#insights/state-at-meta.ts';
import { type AudienceOrder, audiencePage, type AudienceSort } from '#store/audience-pages.ts';
import type { Db } from '#store/db.ts';
import { type AudienceOverview, overviewAudiences } from '#store/overview.ts';
import { explainFilling } from '#sync/ways.ts';
import * as contract from '../contract/audiences.ts';
import { answer, type Api, type ApiContext, type ApiParts, visibleDatabases } from './api.ts';
import { languageOf } from './asked-language.ts';
import { type Order, pageOfSorted } from './page.ts';

export function serveAudiences(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.listAudiences, async ({ query, principal }, context) => {
    const wanted = { ...query, ...visibleDatabases(principal, query.databaseId) };
    return await pageOfSorted(query, async (order) => {
      const ids = await audiencePage(store, wanted, orderOf(order));
      return await readDocuments(store, ids, languageOf(context));
    });
  });

  answer(api, parts, contract.getAudience, async ({ params }, context) =>
    readAudienceDocument(store, context, params.audienceId),
  );
}

/** One audience; its version is the ETag of the answer. @throws MusterError API_NOT_FOUND */
export async function readAudienceDocument(db: Db, context: ApiContext, audienceId: string) {
  const [audience] = await overviewAudiences(db, { ids: [audienceId] });
  if (audience === undefined) throw new MusterError('API_NOT_FOUND', `audience ${audienceId}`);
  const states = await statesAtMeta(db, [Number(audienceId)]);
  context.header('etag', `"${audience.version}"`);
  return documentOf(audience, states.get(audience.name), languageOf(context));
}

/** An audience as the API gives it; at Meta: as it was read last. */
function documentOf(
  audience: AudienceOverview,
  atMeta: StateAtMeta | undefined,
  language: Language,
) {
  return {
    ...audience,
    rule: audience.rule as Record<string, never> | null,
    schedule: audience.schedule as Record<string, never>,
    sandbox: audience.sandbox ?? false,
    definition: explainFilling(audience, language),
    atMeta: atMeta ?? null,
  };
}

/** Audiences by their ids, in that order; one that was deleted meanwhile is left out. */
async function readDocuments(db: Db, ids: readonly string[], language: Language) {
  const [audiences, states] = await Promise.all([
    overviewAudiences(db, { ids }),
    statesAtMeta(db, ids.map(Number)),
  ]);
  const byId = new Map(audiences.map((audience) => [audience.id, audience]));
  return ids.flatMap((id) => {
    const audience = byId.get(id);
    return audience === undefined
      ? []
      : [documentOf(audience, states.get(audience.name), language)];
  });
}

const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** @throws MusterError API_CURSOR_INVALID for a place that no page of ours ends at */
function orderOf({ key, isDown, after, limit }: Order): AudienceOrder {
  const by = key as AudienceSort;
  if (after === null) return { by, isDown, after, limit };
  const { id, value } = after;
  const isOurs =
    by === 'members'
      ? Number.isSafeInteger(value)
      : typeof value === 'string' &&
        (by === 'name' || by === 'state' || isMoment.test(value)) &&
        !value.includes('\0');
  if (!/^[0-9]{1,9}$/.test(id) || typeof value === 'boolean' || !(isOurs || value === null)) {
    throw new MusterError('API_CURSOR_INVALID');
  }
  return { by, isDown, after: { value, id }, limit };
}
