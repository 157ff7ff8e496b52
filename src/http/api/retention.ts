import { must } from '#domain/errors/assert.ts';
import { keptNamed, readRetention, setRetention } from '#store/retention.ts';
import * as contract from '../contract/retention.ts';
import { answer, type Api, type ApiParts } from './api.ts';

export function serveRetention(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.listRetention, async () => ({
    items: await readRetention(store),
    next: null,
  }));

  answer(api, parts, contract.setRetention, async ({ params, body }) => {
    const name = keptNamed(params.name);
    await setRetention(store, name, body.days);
    const now = await readRetention(store);
    return must(
      now.find((one) => one.name === name),
      'what is kept has a time',
    );
  });
}
