import type { Check } from '#connections/checks.ts';
import { fields } from './layout.ts';
import { type Style, styled } from './print.ts';
import type { Screen } from './session.ts';

const marks: Readonly<Record<Check['state'], readonly [string, Style]>> = {
  pass: ['✓', 'green'],
  warn: ['!', 'yellow'],
  fail: ['✗', 'red'],
  unknown: ['?', 'yellow'],
};

/** The check-list, a line each; what does not pass says below what to do. */
export function checkLines(
  screen: Screen,
  checks: readonly (Omit<Check, 'name'> & { readonly name: string })[],
): string {
  return fields(
    checks.flatMap(({ name, state, found, next, link }) => {
      const [mark, style] = marks[state];
      const advice = [next, link].filter((part) => part !== null).join(' ');
      return [
        [`${styled(screen, style, mark)} ${name}`, found],
        ...(state === 'pass' || advice === ''
          ? []
          : [['', styled(screen, 'dim', advice)] as const]),
      ] as const;
    }),
  );
}
