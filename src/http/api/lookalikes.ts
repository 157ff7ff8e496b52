import { MusterError } from '#domain/errors/muster-error.ts';
import { readAudience } from '#store/audiences.ts';
import {
  deleteLookalike,
  listLookalikes,
  type Lookalike,
  makeLookalike,
} from '#sync/lookalikes.ts';
import * as contract from '../contract/lookalikes.ts';
import { answer, type Api, type ApiParts } from './api.ts';

export function serveLookalikes(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const seedOf = async (id: string) => (await readAudience(muster.store, Number(id))).name;

  answer(api, parts, contract.listLookalikes, async ({ params }) => {
    const all = await listLookalikes(muster, await seedOf(params.audienceId));
    return { items: all.map(describe), next: null };
  });

  answer(api, parts, contract.createLookalike, async ({ params, body }) =>
    describe(await makeLookalike(muster, await seedOf(params.audienceId), body)),
  );

  answer(api, parts, contract.deleteLookalike, async ({ params, body }) => {
    const seed = await seedOf(params.audienceId);
    const all = await listLookalikes(muster, seed);
    const meant = all.find(({ metaAudienceId }) => metaAudienceId === params.metaAudienceId);
    if (meant === undefined) throw new MusterError('LOOKALIKE_UNKNOWN', params.metaAudienceId);
    if (meant.name !== body.confirm) throw new MusterError('CONFIRMATION_WRONG', 'the name');
    await deleteLookalike(muster, seed, params.metaAudienceId);
    return null;
  });
}

function describe({ operationStatus: _, ...lookalike }: Lookalike) {
  return lookalike;
}
