import { GraphError } from './graph-error.ts';
import type { GraphRequest } from './graph-request.ts';
import type { State } from './state.ts';

/**
 * Requests whose answer was lost and whose effect is still to come. They are on the disk before the
 * silence begins, so they land even if the sandbox is killed in between.
 */
export interface LateEffects {
  delay(request: GraphRequest, dueAt: number): void;
  /** Everything that is due by `now`, in its order; each is handed out once. */
  land(now: number, apply: (request: GraphRequest) => void): void;
  /** How long after `now` the last of them lands; 0 where none waits. */
  longestMs(now: number): number;
}

export function createLateEffects({ sql, transact }: State): LateEffects {
  return {
    delay(request, dueAt) {
      const text = JSON.stringify(request);
      sql.run`insert into late_effect (due_at, request) values (${dueAt}, ${text})`;
    },
    land(now, apply) {
      const due = sql.all`select id from late_effect where due_at <= ${now} order by due_at, id`;
      for (const { id } of due) {
        const kept = sql.get`select request from late_effect where id = ${Number(id)}`;
        const request = JSON.parse(String(kept?.['request'])) as GraphRequest;
        try {
          transact(() => {
            sql.run`delete from late_effect where id = ${Number(id)}`;
            apply(request);
          });
        } catch (error) {
          // Refused when its time came: it has no effect, and it is not tried again.
          if (!(error instanceof GraphError)) throw error;
          sql.run`delete from late_effect where id = ${Number(id)}`;
        }
      }
    },
    longestMs(now) {
      const last = sql.get`select max(due_at) as due_at from late_effect`?.['due_at'];
      return Math.max(0, Number(last ?? now) - now);
    },
  };
}
