import { readDuration } from './duration.ts';
import { presetKeys, presets, startOfPreset } from './presets.ts';
import { asObject, checkKeys, invalid, type JsonObject, textOf, under } from './problem.ts';
import { type Again, flatten, type Program, type Written } from './program.ts';
import { readStart } from './start.ts';

/** Checks a rule that stands inside of a scenario; gives it back as it is kept. */
export type ReadRule = (json: unknown, path: string) => unknown;

const STEPS_MAX = 200;
const DEPTH_MAX = 20;

/**
 * A scenario from JSON that somebody wrote.
 * @throws MusterError SCENARIO_INVALID with the place, as in `steps[1].wait`; what readRule throws
 */
export function readScenario(json: unknown, readRule: ReadRule): Program {
  const given = asObject(json, '', 'an object with "start" and "steps"');
  checkKeys(given, '', ['start', 'again', 'steps']);
  const start = asObject(given['start'], 'start', '{"on": […]}, {"daily": RULE} or {"by": "hand"}');
  checkKeys(start, 'start', ['on', 'daily', 'by']);
  if (Object.keys(start).length !== 1) {
    throw invalid('start', 'exactly one of "on", "daily" and "by"', start);
  }
  if (start['by'] !== undefined && start['by'] !== 'hand') {
    throw invalid('start.by', '"hand"', start['by']);
  }
  const daily = start['daily'] === undefined ? null : readRule(start['daily'], 'start.daily');
  const written = readSteps(given['steps'], 'steps', readRule, 1);
  const steps = flatten(written);
  if (steps.length > STEPS_MAX) throw invalid('steps', `at most ${STEPS_MAX} steps`, written);
  if (!steps.some(({ kind }) => kind === 'place')) {
    throw invalid('steps', 'at least one {"add": AUDIENCE} or {"remove": AUDIENCE}', written);
  }
  return {
    start: start['on'] === undefined ? null : readStart(start['on'], 'start.on'),
    ...{ daily, byHand: true, steps },
    // Whom a rule finds today it finds tomorrow as well.
    again: readAgain(given['again'], daily === null ? null : 1),
  };
}

/**
 * The automation of one audience: what happens, perhaps a wait and a condition, and whether whoever
 * it happened to is put in or taken out.
 */
export function readAutomation(json: unknown, audience: string, readRule: ReadRule): Program {
  const given = asObject(json, '', 'an object with "on" or "preset"');
  checkKeys(given, '', ['on', 'preset', 'with', 'after', 'if', 'do', 'else', 'again']);
  const on = given['preset'] === undefined ? given['on'] : onOfPreset(given);
  if (given['else'] !== undefined && given['if'] === undefined) {
    throw invalid('else', 'an "if" beside it', undefined);
  }
  const written: Written[] = [];
  if (given['after'] !== undefined) {
    written.push({ kind: 'wait', wait: readDuration(given['after'], 'after') });
  }
  const yes = readDirection(given['do'], 'do', audience);
  if (given['if'] === undefined) written.push(...yes);
  else {
    const no = given['else'] === undefined ? [] : readDirection(given['else'], 'else', audience);
    written.push({ kind: 'branch', rule: readRule(given['if'], 'if'), yes, no });
  }
  return {
    start: readStart(on, given['preset'] === undefined ? 'on' : 'with'),
    ...{ daily: null, byHand: true },
    again: readAgain(given['again'], null),
    steps: flatten(written),
  };
}

function readDirection(json: unknown, path: string, audience: string): Written[] {
  if (json !== 'add' && json !== 'remove') throw invalid(path, '"add" or "remove"', json);
  return [{ kind: 'place', adds: json === 'add', audience }];
}

function onOfPreset(given: JsonObject): object[] {
  if (given['on'] !== undefined) throw invalid('on', 'nothing beside "preset"', given['on']);
  const preset = presetKeys.find((key) => key === given['preset']);
  if (preset === undefined)
    throw invalid('preset', `one of ${presetKeys.join(', ')}`, given['preset']);
  const params = asObject(given['with'] ?? {}, 'with', 'an object with what the preset asks');
  const known: readonly string[] = presets[preset].params;
  checkKeys(
    params,
    'with',
    known.map((param) => param.replace('!', '')),
  );
  for (const param of known.filter((one) => one.endsWith('!'))) {
    const name = param.slice(0, -1);
    if (params[name] === undefined) throw invalid(under('with', name), 'a value', undefined);
  }
  const { state } = params;
  if (preset === 'consent_changed' && !presets[preset].triggers.some((one) => one === state)) {
    throw invalid('with.state', `one of ${presets[preset].triggers.join(', ')}`, state);
  }
  return startOfPreset(preset, params);
}

function readAgain(json: unknown, usual: number | null): Again {
  if (json === undefined) return { atMost: usual, interval: null };
  const given = asObject(json, 'again', 'such as {"atMost": 1} or {"interval": {"days": 7}}');
  checkKeys(given, 'again', ['atMost', 'interval']);
  const { atMost, interval } = given;
  const isCount = typeof atMost === 'number' && Number.isSafeInteger(atMost) && atMost > 0;
  if (atMost !== undefined && !isCount) {
    throw invalid('again.atMost', 'a whole number above 0', atMost);
  }
  return {
    atMost: isCount ? atMost : interval === undefined ? usual : null,
    interval: interval === undefined ? null : readDuration(interval, 'again.interval'),
  };
}

function readSteps(json: unknown, path: string, readRule: ReadRule, depth: number): Written[] {
  if (!Array.isArray(json) || (json.length === 0 && depth === 1)) {
    throw invalid(path, 'a list of steps', json);
  }
  if (depth > DEPTH_MAX) throw invalid(path, `branches at most ${DEPTH_MAX} deep`, json);
  return json.map((one, i) => readStep(one, under(path, i), readRule, depth));
}

const stepHelp =
  'one of {"wait": {"days": 2}}, {"filter": RULE}, {"branch": {"if": RULE, "yes": […], "no": […]}}, {"add": AUDIENCE}, {"remove": AUDIENCE}, "exit"';

function readStep(json: unknown, path: string, readRule: ReadRule, depth: number): Written {
  if (json === 'exit') return { kind: 'exit' };
  const given = asObject(json, path, stepHelp);
  const [key, second] = Object.keys(given);
  if (second !== undefined) throw invalid(path, `one key: ${stepHelp}`, given);
  const value = given[key ?? ''];
  const here = under(path, key ?? '');
  switch (key) {
    case 'wait':
      return { kind: 'wait', wait: readDuration(value, here) };
    case 'filter':
      return { kind: 'filter', rule: readRule(value, here) };
    case 'branch': {
      const branch = asObject(value, here, '{"if": RULE, "yes": […], "no": […]}');
      checkKeys(branch, here, ['if', 'yes', 'no']);
      const side = (name: 'yes' | 'no') =>
        branch[name] === undefined
          ? []
          : readSteps(branch[name], under(here, name), readRule, depth + 1);
      const rule = readRule(branch['if'], under(here, 'if'));
      return { kind: 'branch', rule, yes: side('yes'), no: side('no') };
    }
    case 'add':
    case 'remove':
      return { kind: 'place', adds: key === 'add', audience: textOf(value, here) };
    default:
      throw invalid(path, stepHelp, given);
  }
}
