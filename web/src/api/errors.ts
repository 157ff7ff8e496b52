import { queryOptions } from '@tanstack/react-query';
import { answered, api } from './client.ts';

/** What a code of the catalogue means; strangers may ask, too. */
export const errorQuery = (code: string) =>
  queryOptions({
    queryKey: ['errors', code],
    queryFn: () => answered(api.GET('/errors/{code}', { params: { path: { code } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
