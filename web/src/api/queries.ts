import { MutationCache, QueryClient } from '@tanstack/react-query';
import { toastError } from '../components/toast-error.tsx';
import { problemOf } from './problem.ts';

const FRESH_MS = 5_000;
const ATTEMPTS = 2;

/** What was read stays on the page until it changed: the events of the API say what to read again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // What was refused will be refused again; what was not answered may be answered now.
      retry: (failures, error) => {
        const { status } = problemOf(error);
        return (status === 0 || status >= 500) && failures < ATTEMPTS;
      },
    },
  },
  mutationCache: new MutationCache({ onError: toastError }),
});
