import { expect, it } from 'vitest';
import { presets } from '#automations/presets.ts';
import { triggers } from '#automations/triggers.ts';
import * as page from '../../web/src/scenarios/triggers.ts';

const paramsOf = (table: Readonly<Record<string, { readonly params: readonly string[] }>>) =>
  Object.fromEntries(Object.entries(table).map(([name, { params }]) => [name, [...params]]));

it('offers the triggers and presets that there are, and asks what they ask', () => {
  expect(page.triggers).toEqual(paramsOf(triggers));
  expect(page.presets).toEqual(paramsOf(presets));
});
