import type { Readable, Writable } from 'node:stream';
import type { Environment, Secrets, Settings } from '#config/settings.ts';
import type { Log } from '#config/log.ts';
import type { ConnectTools } from '#connections/connect.ts';
import type { Muster } from '#sync/muster.ts';

/** Where a command reads and writes; in a process, that process's own streams. */
export interface Terminal {
  readonly input: Readable;
  /** The result, and nothing but the result. */
  readonly output: Screen;
  /** Progress, advice and errors. */
  readonly messages: Screen;
  readonly environment: Environment;
}

export type Screen = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command works with. Nothing is started before it is asked for. */
export interface Session extends AsyncDisposable {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly terminal: Terminal;
  /** Aborts when the process is asked to end: SIGINT, SIGTERM. The command is then left as it is. */
  readonly stop: AbortSignal;
  /** Is done when the command has ended or was stopped; the last one asked for comes first. */
  readonly atEnd: (clean: () => Promise<void>) => void;
  /** What a command that stays writes down meanwhile. */
  readonly log: Log;
  readonly tools: ConnectTools;
  /** Starts the database, the first time. */
  readonly muster: () => Promise<Muster>;
}

/** What a command leaves to the shell (contract.md, Exit codes). */
export const exitCodes = {
  done: 0,
  failed: 1,
  refused: 2,
  held: 3,
  rowsRejected: 4,
  waiting: 5,
  stopped: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
