import { queryOptions, useQuery } from '@tanstack/react-query';
import { useAddress } from '../shell/address.ts';
import { answered, api } from './client.ts';

export interface Database {
  readonly id: string;
  readonly name: string;
  readonly profiles: number;
}

/** The databases that may be seen. */
const databasesQuery = queryOptions({
  queryKey: ['databases'],
  queryFn: async (): Promise<readonly Database[]> =>
    (await answered(api.GET('/overview', { params: { query: {} } }))).databases,
});

/** The database that the address names, or else the first with people; null while nobody knows. */
export function useDatabase(): {
  readonly databases: readonly Database[];
  readonly database: Database | null;
  readonly isRead: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  readonly choose: (id: string) => void;
} {
  const [address, change] = useAddress();
  const { data, error, refetch } = useQuery(databasesQuery);
  const databases = data ?? [];
  const database =
    databases.find(({ id }) => id === address['database']) ??
    databases.find(({ profiles }) => profiles > 0) ??
    databases[0] ??
    null;
  return {
    databases,
    database,
    isRead: data !== undefined,
    error,
    retry: () => void refetch(),
    choose: (id) => change({ database: id }),
  };
}
