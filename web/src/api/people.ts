import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import type { Me } from './auth.ts';
import { answered, api, from } from './client.ts';

export type Person =
  Paths['/users']['get']['responses'][200]['content']['application/json']['items'][number];
export type Invitation =
  Paths['/invitations']['get']['responses'][200]['content']['application/json']['items'][number];

/** What somebody, or a key, may do. */
export type Rights = Pick<Person, 'role' | 'personalData' | 'credentials' | 'databaseIds'>;
export type Role = Rights['role'];

/** From the least to the most. */
export const roles: readonly Role[] = ['viewer', 'editor', 'admin', 'owner'];

/** To begin with: to look, in the databases that whoever gives it may see. */
export const leastRights = (me: Me | undefined): Rights => ({
  ...{ role: 'viewer', personalData: false, credentials: false },
  databaseIds: me === undefined || me.databases === null ? null : [...me.databases],
});

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async () => (await answered(api.GET('/users'))).items,
});

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async () => (await answered(api.GET('/invitations'))).items,
});

export const invite = (body: Rights & { readonly email: string }) =>
  answered(api.POST('/invitations', { body }));

/** @throws ProblemError API_CHANGED when somebody changed that person since the list was read */
export const changePerson = (
  { id: userId, version }: Person,
  body: Rights & { readonly disabled: boolean },
) =>
  answered(
    api.PUT('/users/{userId}/rights', {
      params: { path: { userId }, header: from(`"${version}"`) },
      body,
    }),
  );

export const resetPerson = (userId: string, secondFactor: boolean) =>
  answered(
    api.POST('/users/{userId}/reset', { params: { path: { userId } }, body: { secondFactor } }),
  );

export const withdrawInvitation = (invitationId: string) =>
  answered(api.DELETE('/invitations/{invitationId}', { params: { path: { invitationId } } }));
