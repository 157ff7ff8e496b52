import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type SignInRules =
  Paths['/sign-in-rules']['get']['responses'][200]['content']['application/json'];

export const signInRulesQuery = queryOptions({
  queryKey: ['sign-in-rules'],
  queryFn: async () => await answered(api.GET('/sign-in-rules')),
});

export const setSignInRules = (body: SignInRules) => answered(api.PUT('/sign-in-rules', { body }));
