import { type Query, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { isLong } from '../api/pages.ts';

const GATHER_MS = 500;
const LISTEN_AGAIN_MS = 5_000;

/**
 * Reads again what is on the page when the API says that something changed (server-sent events). Many
 * changes within half a second are one. When the line broke, it is tied anew, and what was missed is read.
 */
export function useLiveRefresh(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let events: EventSource;
    let listenTimer: ReturnType<typeof setTimeout> | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readAgain = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        // What Meta is asked for costs of its quota, and is read again by hand.
        const isOurs = (query: Query) =>
          query.queryKey[0] !== 'me' && query.meta?.['asksMeta'] !== true && !isLong(query);
        void queries.invalidateQueries({ predicate: isOurs });
      }, GATHER_MS);
    };
    const listen = (hasBroken: boolean) => {
      events = new EventSource(new URL('api/v1/events', document.baseURI));
      let isMissing = hasBroken;
      events.onopen = () => {
        if (isMissing) readAgain();
        isMissing = false;
      };
      events.onerror = () => {
        isMissing = true;
        // A refusal ends it; a line that broke the browser ties anew by itself.
        if (events.readyState !== EventSource.CLOSED) return;
        listenTimer = setTimeout(() => listen(true), LISTEN_AGAIN_MS);
      };
      for (const kind of ['audience', 'run']) events.addEventListener(kind, readAgain);
    };
    listen(false);
    return () => {
      events.close();
      clearTimeout(listenTimer);
      clearTimeout(timer);
    };
  }, [queries]);
}
