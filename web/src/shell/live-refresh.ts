import { type Query, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

const GATHER_MS = 500;

/**
 * Reads again what is on the page when the API says that something changed (server-sent events). Many
 * changes within half a second are one. The browser connects anew by itself when the line breaks.
 */
export function useLiveRefresh(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const events = new EventSource(new URL('api/v1/events', document.baseURI));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readAgain = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        // What Meta is asked for costs of its quota, and is read again by hand.
        const isOurs = ({ queryKey, meta }: Query) =>
          queryKey[0] !== 'me' && meta?.['asksMeta'] !== true;
        void queries.invalidateQueries({ predicate: isOurs });
      }, GATHER_MS);
    };
    for (const kind of ['audience', 'run']) events.addEventListener(kind, readAgain);
    return () => {
      events.close();
      clearTimeout(timer);
    };
  }, [queries]);
}
