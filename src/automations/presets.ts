import type { TriggerKey } from './triggers.ts';

/** One of the nine ready-made automations (features.md §1.4); the names are ours. */
export interface Preset {
  readonly words: string;
  /** Any of these starts it. */
  readonly triggers: readonly TriggerKey[];
  /** What has to be said with it, and what may be; parameters of its triggers. */
  readonly params: readonly string[];
}

export const presets = {
  added: {
    words: 'came into the database, or gave their details again',
    triggers: ['added', 'added_again'],
    params: [],
  },
  tagged: { words: 'was tagged', triggers: ['tagged'], params: ['tags!', 'trait'] },
  page_visited: {
    words: 'visited a page',
    triggers: ['page_visited'],
    params: ['url!', 'match'],
  },
  email_opened: {
    words: 'opened an e-mail',
    triggers: ['email_opened'],
    params: ['message', 'event'],
  },
  email_link_clicked: {
    words: 'clicked a link in an e-mail',
    triggers: ['email_link_clicked'],
    params: ['message', 'link', 'event'],
  },
  score_reached: {
    words: 'reached a score, of their own or of a tag',
    triggers: ['score_reached'],
    params: ['value!', 'tag', 'trait'],
  },
  funnel_stage: {
    words: 'came to a funnel stage',
    triggers: ['funnel_stage'],
    params: ['stage', 'trait'],
  },
  external_event: {
    words: 'did something that is sent as an event',
    triggers: ['external_event'],
    params: ['event', 'type', 'where'],
  },
  consent_changed: {
    words: 'gave or took back a consent',
    triggers: ['opted_in', 'opted_out', 'consent_given', 'sms_subscribed', 'sms_opted_out'],
    params: ['state!', 'trait'],
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetKey = keyof typeof presets;

export const presetKeys = Object.keys(presets) as readonly PresetKey[];

/** What the preset is short for: the `on` of a general rule. */
export function startOfPreset(key: PresetKey, given: Readonly<Record<string, unknown>>): object[] {
  if (key === 'consent_changed') {
    const { state, ...rest } = given;
    return [{ ...rest, on: state }];
  }
  const isOfTag = key === 'score_reached' && given['tag'] !== undefined;
  if (isOfTag) return [{ ...given, on: 'tag_score_reached' }];
  return presets[key].triggers.map((on) => ({ ...given, on }));
}
