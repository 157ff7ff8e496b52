import { expect, it } from 'vitest';
import { catalogue } from '#domain/errors/catalogue.ts';
import german from './german-errors.json' with { type: 'json' };

/** Commands, and whatever else a reader types as it stands. */
const quoted = (text: string): readonly string[] => text.match(/`[^`]+`/g) ?? [];

it('says in German what the catalogue says, with the same commands', () => {
  expect(Object.keys(german).toSorted()).toEqual(Object.keys(catalogue).toSorted());
  for (const [code, { happened, next }] of Object.entries(german)) {
    const english = catalogue[code as keyof typeof catalogue];
    expect(english, code).toBeDefined();
    expect(happened, code).not.toBe(english.happened);
    for (const command of quoted(next)) expect(quoted(english.next), code).toContain(command);
    expect(quoted(next).length, code).toBeGreaterThanOrEqual(quoted(english.next).length);
  }
});
