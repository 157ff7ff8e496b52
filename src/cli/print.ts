import { styleText } from 'node:util';
import type { Screen, Session } from './session.ts';

/** The result, for people. */
export function print(session: Session, text: string): void {
  session.terminal.output.write(`${text}\n`);
}

/** The result, for programs: one document on one line. */
export function printJson(session: Session, document: object): void {
  session.terminal.output.write(`${JSON.stringify(document)}\n`);
}

/** Advice and warnings, which are no part of the result. */
export function tell(session: Session, text: string): void {
  session.terminal.messages.write(`${text}\n`);
}

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Coloured where the screen shows colours and nobody asked for none (NO_COLOR, FORCE_COLOR). */
export function styled(screen: Screen, style: Style, text: string): string {
  return styleText(style, text, { stream: screen, validateStream: true });
}
