import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Session =
  Paths['/me/sessions']['get']['responses'][200]['content']['application/json']['items'][number];

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await answered(api.GET('/me/sessions'))).items,
});

export const endSession = (sessionId: string) =>
  answered(api.DELETE('/me/sessions/{sessionId}', { params: { path: { sessionId } } }));

export const changePassword = (body: { readonly current: string; readonly password: string }) =>
  answered(api.POST('/me/password', { body }));

export const beginSecondFactor = (password: string) =>
  answered(api.POST('/me/second-factor', { body: { password } }));
export const confirmSecondFactor = (code: string) =>
  answered(api.POST('/me/second-factor/confirm', { body: { code } }));
export const endSecondFactor = (password: string) =>
  answered(api.DELETE('/me/second-factor', { body: { password } }));
