/** The 34 things that can happen to somebody, and what each may be asked (`!`: has to be). */
export const triggers = {
  page_visited: ['url!', 'match', 'event', 'where'],
  search_phrase: ['phrase', 'event', 'where'],
  source: ['source', 'event', 'where'],
  beacon_zone: ['zone', 'event', 'where'],
  email_link_clicked: ['message', 'link', 'event', 'where'],
  email_opened: ['message', 'event', 'where'],
  sms_delivered: ['message', 'event', 'where'],
  sms_answered: ['text', 'event', 'where'],
  voice_message_delivered: ['message', 'event', 'where'],
  tagged: ['tags', 'trait'],
  tag_score_reached: ['tag!', 'value!', 'trait'],
  score_reached: ['value!', 'trait'],
  score_exceeded: ['value!', 'trait'],
  score_at_stage: ['value!', 'stage!', 'trait'],
  opted_in: [],
  opted_out: [],
  added: [],
  added_again: [],
  funnel_stage: ['stage', 'trait'],
  detail_new: ['name'],
  detail_changed: ['name'],
  task_done: ['task', 'event', 'where'],
  postcode_given: [],
  owner_changed: ['owner', 'trait'],
  external_event: ['type', 'event', 'where'],
  external_event_changed: ['id', 'event', 'where'],
  social_event: ['network', 'event', 'where'],
  rfm_changed: ['segment', 'trait'],
  note_added: ['text', 'event', 'where'],
  birthday_email_sent: ['event', 'where'],
  date_near: ['name!', 'days!'],
  consent_given: ['trait'],
  sms_opted_out: ['trait'],
  sms_subscribed: ['trait'],
} as const;

export type TriggerName = keyof typeof triggers;

export const triggerNames = Object.keys(triggers) as readonly TriggerName[];

/** The nine tiles, each with what it asks; names and parameters are the API's. */
export const presets = {
  added: [],
  tagged: ['tags!', 'trait'],
  page_visited: ['url!', 'match'],
  email_opened: ['message', 'event'],
  email_link_clicked: ['message', 'link', 'event'],
  score_reached: ['value!', 'tag', 'trait'],
  funnel_stage: ['stage', 'trait'],
  external_event: ['event', 'type', 'where'],
  consent_changed: ['state!', 'trait'],
} as const;

export type PresetName = keyof typeof presets;

export const presetNames = Object.keys(presets) as readonly PresetName[];

export const consentStates = [
  'opted_in',
  'opted_out',
  'consent_given',
  'sms_subscribed',
  'sms_opted_out',
] as const;

export type Param = (typeof triggers)[TriggerName][number] | (typeof presets)[PresetName][number];

/** Without the mark of what has to be said. */
export type ParamName = Param extends infer P ? (P extends `${infer N}!` ? N : P) : never;

export function nameOfParam(param: Param): ParamName {
  return param.replace('!', '') as ParamName;
}
