import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api, from, type Versioned, versioned } from './client.ts';

type Route = Paths['/databases/{databaseId}/settings'];
export type DatabaseSettings = Versioned<
  Route['get']['responses'][200]['content']['application/json']
>;

export interface DatabaseWish {
  /** As it may be written in a file: DE, Germany; absent: as it is. */
  readonly defaultCountry?: string;
  readonly unknownConsent: DatabaseSettings['unknownConsent'];
  readonly normalising: DatabaseSettings['normalising'];
  /** Null: nobody knows. */
  readonly expectedEveryMinutes: number | null;
  /** Says how many people it would touch, and changes nothing. */
  readonly dryRun: boolean;
}

export const databaseSettingsQuery = (databaseId: string) =>
  queryOptions({
    queryKey: ['database-settings', databaseId],
    queryFn: () =>
      versioned(api.GET('/databases/{databaseId}/settings', { params: { path: { databaseId } } })),
  });

/** @throws ProblemError API_CHANGED when somebody changed them since they were read */
export const setDatabaseSettings = (databaseId: string, etag: string, body: DatabaseWish) =>
  versioned(
    api.PATCH('/databases/{databaseId}/settings', {
      params: { path: { databaseId }, header: from(etag) },
      body: { ...body },
    }),
  );

/**
 * Removes it with everything in it. `confirm`: its name, typed; `leavePeople`: Meta keeps who is there.
 * @throws ProblemError CONFIRMATION_WRONG, DATABASE_AT_META, DATABASE_AT_WORK
 */
export const deleteDatabase = (
  databaseId: string,
  body: { readonly confirm: string; readonly leavePeople: boolean },
) =>
  answered(api.POST('/databases/{databaseId}/delete', { params: { path: { databaseId } }, body }));
