import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { toastError } from '../components/toast-error.tsx';
import { NoAnswerError, isOffline, problemOf } from './problem.ts';

const FRESH_MS = 5_000;
const ATTEMPTS = 2;

const NOBODY_SIGNED_IN = 401;
const SERVER_ERROR = 500;

/** What was read stays on the page until it changed: the events of the API say what to read again. */
export const queries: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // What was refused will be refused again; what was not answered may be answered now.
      retry: (failures, error) => {
        if (error instanceof NoAnswerError && error.hasHung) return false;
        const isWorthIt = isOffline(error) || problemOf(error).status >= SERVER_ERROR;
        return isWorthIt && failures < ATTEMPTS;
      },
      // A browser that takes itself for offline would wait without a word.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
  // A session has ended: the shell asks who is there, and sends to sign in.
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      if (problemOf(error).status === NOBODY_SIGNED_IN && queryKey[0] !== 'me') {
        void queries.invalidateQueries({ queryKey: ['me'] });
      }
    },
  }),
  mutationCache: new MutationCache({
    // Whoever says it beside a form says so by `meta`.
    onError: (error, _, __, { meta }) => {
      if (meta?.['isSaidInPlace'] !== true) toastError(error);
    },
  }),
});
