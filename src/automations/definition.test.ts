import { describe, expect, it } from 'vitest';
import { readAutomation, readScenario } from './definition.ts';
import { presetKeys, presets } from './presets.ts';
import { explainSteps } from './program.ts';

const readRule = (json: unknown): unknown => json;
const scenario = (json: unknown) => readScenario(json, readRule);
const automation = (json: unknown) => readAutomation(json, 'vip', readRule);
const byHand = { by: 'hand' };
const add = { add: 'vip' };

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return (error as Error).message.replace(/^[^:]*: /, '');
  }
  return 'accepted';
}

describe('a scenario', () => {
  it.each([
    [null, 'the scenario: expected an object with "start" and "steps", found null'],
    [
      { steps: [add] },
      'start: expected {"on": […]}, {"daily": RULE} or {"by": "hand"}, found nothing',
    ],
    [
      { start: {}, steps: [add] },
      'start: expected exactly one of "on", "daily" and "by", found an object',
    ],
    [
      { start: byHand, step: [add] },
      'the scenario: only start, again, steps may stand here, not "step"',
    ],
    [{ start: byHand, steps: [] }, 'steps: expected a list of steps, found an empty list'],
    [
      { start: byHand, steps: ['exit'] },
      'steps: expected at least one {"add": AUDIENCE} or {"remove": AUDIENCE}, found a list',
    ],
    [{ start: byHand, steps: [{ add: '' }] }, 'steps[0].add: expected a text, found an empty text'],
    [
      { start: byHand, steps: [add, { wait: { weeks: 1 } }] },
      'steps[1].wait: only seconds, minutes, hours, days may stand here, not "weeks"',
    ],
    [
      { start: byHand, steps: [add, { wait: { days: 0 } }] },
      'steps[1].wait: expected a time above nothing and up to ten years, found an object',
    ],
    [
      { start: byHand, steps: [add], again: { atMost: 0 } },
      'again.atMost: expected a whole number above 0, found a number',
    ],
    [
      { start: { on: [{ on: 'tagged', tag: 'a' }] }, steps: [add] },
      'start.on[0]: only on, tags, trait may stand here, not "tag"',
    ],
    [
      { start: { on: [{ on: 'score_reached' }] }, steps: [add] },
      'start.on[0].value: expected a value, found nothing',
    ],
  ])('%j is refused: %s', (json, words) => {
    expect(refusal(() => scenario(json))).toBe(words);
  });

  it('is a list of steps that only lead on', () => {
    const { steps } = scenario({
      start: byHand,
      steps: [
        { wait: { days: 2, hours: 1 } },
        { filter: 'A' },
        {
          branch: { if: 'B', yes: [add, 'exit'], no: [{ branch: { if: 'C', yes: [] } }, add] },
        },
        { remove: 'vip' },
      ],
    });
    expect(explainSteps(steps, String)).toEqual([
      'wait 2 days 1 hour',
      'A? yes: step 3, no: the end',
      'B? yes: step 4, no: step 6',
      'add to “vip”',
      'exit',
      'C? yes: step 7, no: step 7',
      'add to “vip”',
      'remove from “vip”',
    ]);
  });

  it('starts whom a rule finds once, unless it says otherwise', () => {
    const daily = { start: { daily: 'A' }, steps: [add] };
    expect(scenario(daily).again).toEqual({ atMost: 1, interval: null });
    expect(scenario({ ...daily, again: { interval: { days: 1 } } }).again.atMost).toBeNull();
  });
});

describe('an automation', () => {
  it('puts into its own audience, or takes out of it', () => {
    const { steps } = automation({
      ...{ on: [{ on: 'opted_in' }], after: { hours: 2 }, if: 'A', do: 'add', else: 'remove' },
    });
    expect(explainSteps(steps, String)).toEqual([
      'wait 2 hours',
      'A? yes: step 3, no: step 4',
      'add to “vip”, then the end',
      'remove from “vip”',
    ]);
  });

  it.each([
    [{ on: [{ on: 'opted_in' }] }, 'do: expected "add" or "remove", found nothing'],
    [{ preset: 'tagged', do: 'add' }, 'with.tags: expected a value, found nothing'],
    [
      { preset: 'tagged', with: { tag: 1 }, do: 'add' },
      'with: only tags, trait may stand here, not "tag"',
    ],
    [
      { preset: 'born', do: 'add' },
      `preset: expected one of ${presetKeys.join(', ')}, found other text`,
    ],
    [
      { preset: 'consent_changed', with: { state: 'maybe' }, do: 'add' },
      'with.state: expected one of opted_in, opted_out, consent_given, sms_subscribed, sms_opted_out, found other text',
    ],
  ])('%j is refused: %s', (json, words) => {
    expect(refusal(() => automation(json))).toBe(words);
  });

  it('has nine presets, each with what it asks', () => {
    expect(presetKeys).toHaveLength(9);
    const given: Readonly<Record<string, unknown>> = {
      ...{ 'tags!': ['a'], 'url!': '/a', 'value!': 5, 'state!': 'opted_in' },
    };
    for (const preset of presetKeys) {
      const asked = presets[preset].params.filter((param) => param.endsWith('!'));
      const params = Object.fromEntries(asked.map((param) => [param.slice(0, -1), given[param]]));
      expect(automation({ preset, with: params, do: 'add' }).steps).toHaveLength(1);
    }
  });
});
