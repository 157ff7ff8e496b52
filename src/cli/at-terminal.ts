import { userInfo } from 'node:os';
import type { AuditActor } from '#store/audit.ts';
import type { Session } from './session.ts';

/** Whoever sits at this machine, as the audit log names them. */
export function atTerminal(): AuditActor {
  return { kind: 'terminal', id: null, name: userInfo().username };
}

/** The address that people open, as far as a command beside `serve` can know. */
export function publicUrl({ settings }: Session): string {
  return settings.publicUrl ?? `http://127.0.0.1:${settings.servePort}`;
}
