import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Connection =
  Paths['/connections']['get']['responses'][200]['content']['application/json']['items'][number];
export type Connected =
  Paths['/connections']['post']['responses'][201]['content']['application/json'];
export type Check = Connected['checks'][number];

export type ReachedAdAccount =
  Paths['/connections/{connectionId}/ad-accounts']['get']['responses'][200]['content']['application/json']['items'][number];

const PAGE_ROWS = 500;
const whole = { params: { query: { limit: PAGE_ROWS } } };

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: async () => (await answered(api.GET('/connections', whole))).items,
});

export const connectGuideQuery = queryOptions({
  queryKey: ['connect guide'],
  queryFn: async () => (await answered(api.GET('/connections/guide'))).steps,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Meta is asked each time: terms are accepted there, and accounts come and go. */
export const reachedAdAccountsQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['ad accounts', connectionId],
    meta: { asksMeta: true },
    queryFn: async () => {
      const params = { path: { connectionId }, ...whole.params };
      const found = await answered(api.GET('/connections/{connectionId}/ad-accounts', { params }));
      return found.items;
    },
  });

export const loginOfferQuery = queryOptions({
  queryKey: ['login offer'],
  queryFn: () => answered(api.GET('/connections/login')),
});

/** Where Meta sends the person back to. */
export const loginAnswerUrl = (): string => new URL('connect/login', document.baseURI).href;

export interface LoginWish {
  readonly app?: { readonly appId: string; readonly appSecret: string };
  readonly connectionId?: string;
  readonly sandbox?: boolean;
}

/** Begins a login; the browser has to go to the `url` of the answer. */
export const beginLogin = (wish: LoginWish) =>
  answered(api.POST('/connections/login', { body: { ...wish, redirectUri: loginAnswerUrl() } }));

export interface LoginAnswer {
  readonly state: string;
  readonly code: string | null;
  readonly error: string | null;
}

export const finishLogin = (answer: LoginAnswer) =>
  answered(api.POST('/connections/login/answer', { body: { ...answer } }));

export const tryConnection = (body: { readonly token: string; readonly adAccount: string }) =>
  answered(api.POST('/connections/try', { body: { ...body } }));

export interface NewConnection {
  readonly sandbox?: boolean;
  readonly token?: string;
  /** In place of a token: the connection to go through. */
  readonly connectionId?: string;
  readonly adAccount?: string;
  readonly databaseId: string;
  readonly name?: string;
}

export const connect = (body: NewConnection) => answered(api.POST('/connections', { body }));

export const checkConnection = (connectionId: string) =>
  answered(api.POST('/connections/{connectionId}/check', { params: { path: { connectionId } } }));
