import { readSignInRules, setSignInRules } from '#store/sign-in-rules.ts';
import * as contract from '../contract/sign-in-rules.ts';
import { answer, type Api, type ApiParts } from './api.ts';

export function serveSignInRules(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.getSignInRules, async () => await readSignInRules(store));

  answer(api, parts, contract.setSignInRules, async ({ body }) => {
    await setSignInRules(store, body);
    return await readSignInRules(store);
  });
}
