import { queryOptions } from '@tanstack/react-query';
import { answered, api } from './client.ts';

/** The check-list of connections and installation; Meta, sources and mail are asked for it. */
export const doctorQuery = queryOptions({
  queryKey: ['doctor'],
  queryFn: () => answered(api.POST('/doctor', { body: { connection: null } })),
});
