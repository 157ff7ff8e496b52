import { MusterError } from '#domain/errors/muster-error.ts';
import type { Language } from '#domain/language.ts';
import { type StateAtMeta, statesAtMeta } from '#insights/state-at-meta.ts';
import type { Db } from '#store/db.ts';
import { type AudienceOverview, overviewAudiences } from '#store/overview.ts';
import { explainFilling } from '#sync/ways.ts';
import * as contract from '../contract/audiences.ts';
import { answer, type Api, type ApiContext, type ApiParts, visibleDatabases } from './api.ts';
import { languageOf } from './asked-language.ts';
import { pageOfAll } from './page.ts';

export function serveAudiences(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.listAudiences, async ({ query, principal }, context) => {
    const { name } = query;
    const [audiences, states] = await Promise.all([
      overviewAudiences(store, {
        ...visibleDatabases(principal, query.databaseId),
        ...(name === undefined ? {} : { name }),
      }),
      statesAtMeta(store),
    ]);
    const found = audiences.filter((audience) => isWanted(audience, query));
    const language = languageOf(context);
    const documents = found.map((audience) =>
      documentOf(audience, states.get(audience.name), language),
    );
    return pageOfAll(documents, query);
  });

  answer(api, parts, contract.getAudience, async ({ params }, context) =>
    readAudienceDocument(store, context, params.audienceId),
  );
}

/** One audience; its version is the ETag of the answer. @throws MusterError API_NOT_FOUND */
export async function readAudienceDocument(db: Db, context: ApiContext, audienceId: string) {
  const [audience] = await overviewAudiences(db, { id: audienceId });
  if (audience === undefined) throw new MusterError('API_NOT_FOUND', `audience ${audienceId}`);
  const states = await statesAtMeta(db, Number(audienceId));
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

interface Filters {
  readonly search?: string | undefined;
  readonly integrationId?: string | undefined;
  readonly state?: string | undefined;
  readonly way?: string | undefined;
  readonly folder?: string | undefined;
  readonly label?: string | undefined;
}

function isWanted(audience: AudienceOverview, wish: Filters): boolean {
  const { name, description, labels } = audience;
  const same = (['integrationId', 'state', 'way', 'folder'] as const).every(
    (field) => wish[field] === undefined || audience[field] === wish[field],
  );
  const words = `${name}\n${description}`.toLowerCase();
  return (
    same &&
    (wish.label === undefined || labels.includes(wish.label)) &&
    (wish.search === undefined || words.includes(wish.search.toLowerCase()))
  );
}
