import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { catalogue } from '#domain/errors/catalogue.ts';

/** What a process that stays writes down while it runs (docs/guide/logs.md). */
const logEvents = [
  'ready',
  'ended',
  'database',
  'web page built',
  'web page failed',
  'request',
  'task failed',
  'run failed',
  'run taken over',
  'model run failed',
  'calls wait',
] as const;

type Level = 'info' | 'warn' | 'error';

export interface LogEntry {
  readonly level: Level;
  readonly event: (typeof logEvents)[number];
  /** Of the catalogue of errors. */
  readonly code?: string;
  /** The name of an unexpected error's class. */
  readonly error?: string;
  /** What is done again and again, such as `planned runs`. */
  readonly task?: string;
  readonly run?: number;
  readonly audienceId?: number;
  readonly count?: number;
  readonly ms?: number;
  readonly requestId?: string;
  readonly method?: string;
  /** The pattern that a request met, such as /api/v1/audiences/:audienceId, and never its address. */
  readonly route?: string;
  readonly status?: number;
  /** The same for whoever sits at a terminal. In JSON it is left out: it may name things. */
  readonly text?: string;
}

export interface Log {
  readonly format: LogFormat;
  write(entry: LogEntry): void;
}

export type LogFormat = 'json' | 'text';

const isOneOf = (words: readonly string[]) => (value: unknown) => words.includes(value as string);
const isLike = (form: RegExp) => (value: unknown) => typeof value === 'string' && form.test(value);
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

/**
 * All that may stand in a line, and what it has to look like: whatever else is in an entry, by mistake or
 * because somebody wrote it into a name, does not get out (reliability.md, S3).
 */
const allowed: Readonly<Record<string, (value: unknown) => boolean>> = {
  level: isOneOf(['info', 'warn', 'error']),
  event: isOneOf(logEvents),
  code: (value) => typeof value === 'string' && Object.hasOwn(catalogue, value),
  error: isLike(/^[A-Z][A-Za-z]{0,40}Error$|^Error$/),
  task: isLike(/^[a-z][a-z -]{1,24}( \d{1,2})?$/),
  run: isNumber,
  audienceId: isNumber,
  count: isNumber,
  ms: isNumber,
  requestId: isLike(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  method: isOneOf(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
  route: isLike(/^(\/|(\/(v1|[a-z][a-z.-]{0,29}|:[a-zA-Z]{1,30}(\{[^@]{1,30}\})?))+)$/),
  status: isNumber,
};

/** A line of JSON, with its time in UTC. */
export function logLine(entry: LogEntry, nowMs: number): string {
  const fields = Object.entries(allowed).flatMap(([name, isGood]) => {
    const value = (entry as unknown as Record<string, unknown>)[name];
    return value !== undefined && isGood(value) ? [[name, value] as const] : [];
  });
  return JSON.stringify({ time: new Date(nowMs).toISOString(), ...Object.fromEntries(fields) });
}

/** What a line says of an error: its code in the catalogue, or else what kind of mistake of ours it is. */
export function namesOf(error: unknown): Pick<LogEntry, 'code' | 'error'> {
  const { code } = asMusterError(error);
  return code === 'BUG' && error instanceof Error ? { code, error: error.name } : { code };
}

/** As text a line has what was said for people, and nothing where nothing was. */
export function createLog(
  format: LogFormat,
  write: (line: string) => void,
  nowMs: () => number,
): Log {
  return {
    format,
    write(entry) {
      if (format === 'json') write(`${logLine(entry, nowMs())}\n`);
      else if (entry.text !== undefined) write(`${entry.text}\n`);
    },
  };
}
