import { keyOfField } from '#sources/aliases.ts';
import type { IdentifierField } from '#domain/identifier-keys.ts';
import {
  type ComputedTrait,
  countWith,
  findComputedTrait,
  listComputedTraits,
} from '#store/computed-traits.ts';
import { listTraits } from '#store/traits.ts';
import { dropComputedTrait, makeComputedTrait } from '#sync/computed-traits.ts';
import { refreshMembers } from '#sync/refresh.ts';
import * as contract from '../contract/traits.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { pageOfAll } from './page.ts';

export function serveTraits(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.listTraits, async ({ databaseId, query }) => {
    const computed = await listComputedTraits(store, databaseId);
    const byName = new Map(computed.map((one) => [one.name, describe(one)]));
    const traits = (await listTraits(store, databaseId)).map((trait) => ({
      ...{ id: trait.name, ...trait, computed: byName.get(trait.name) ?? null },
    }));
    return pageOfAll(traits, query);
  });

  answer(api, parts, contract.computeTrait, async ({ databaseId, body }) => {
    const { as: key, ...wish } = body;
    const made = await makeComputedTrait(muster, { ...wish, databaseId, key });
    return { name: made.name, ...describe(made), people: await countWith(store, made) };
  });

  answer(api, parts, contract.removeTrait, async ({ databaseId, body }) => {
    await dropComputedTrait(muster, await findComputedTrait(store, databaseId, body.name));
    await refreshMembers(muster, { databaseId, atOnce: null });
    return null;
  });
}

function describe({ event, function: which, property, days, field }: ComputedTrait) {
  const as = field === null ? null : keyOfField(field as IdentifierField);
  return { event, function: which, property, days, as };
}
