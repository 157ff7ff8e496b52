import type { ChangeHappening } from './happening.ts';
import { invalid, type JsonObject, numberOf, textOf, under } from './problem.ts';
import { hasText, onChange, onEvent, type Trigger } from './trigger.ts';
import { isNo, isYes, numberIn, tagsOf, valuesOf } from './values.ts';

/** The name of a trait that a rule gives, or the one that is usual. */
function traitOf(given: JsonObject, path: string, usual: string): string {
  return given['trait'] === undefined ? usual : textOf(given['trait'], under(path, 'trait'));
}

const isDifferent = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify(a) !== JSON.stringify(b);

/** A trait that becomes something, or merely other than it was. */
function traitChanges(words: string, usual: string, param?: string): Trigger {
  const params = param === undefined ? ['trait'] : [param, 'trait'];
  return onChange(words, params, (given, path) => {
    const name = traitOf(given, path, usual);
    const asked = param === undefined ? undefined : given[param];
    const to = asked === undefined ? null : textOf(asked, under(path, param ?? ''));
    return ({ before, after }) => {
      const now = valuesOf(after, name);
      if (now.length === 0 || !isDifferent(valuesOf(before, name), now)) return false;
      return to === null || now.includes(to);
    };
  });
}

/** A number that comes to a mark from below. */
function scoreComes(words: string, isThere: (score: number, value: number) => boolean): Trigger {
  return onChange(words, ['value!', 'trait'], (given, path) => {
    const name = traitOf(given, path, 'score');
    const value = numberOf(given['value'], under(path, 'value'));
    return crosses(
      (known) => numberIn(valuesOf(known, name)),
      (score) => isThere(score, value),
    );
  });
}

function crosses(
  read: (known: ChangeHappening['before']) => number | null,
  isThere: (score: number) => boolean,
): (change: ChangeHappening) => boolean {
  return ({ before, after }) => {
    const [then, now] = [read(before), read(after)];
    return now !== null && isThere(now) && !(then !== null && isThere(then));
  };
}

function scoreOfTag(known: ChangeHappening['before'], trait: string, tag: string): number | null {
  if (known === null) return null;
  const scores = known.traits[trait];
  return typeof scores === 'object' && scores !== null
    ? numberIn(valuesOf({ ...known, traits: { ...scores } }, tag))
    : numberIn(valuesOf(known, `${trait}.${tag}`));
}

function saysYes(words: string, usual: string): Trigger {
  return onChange(words, ['trait'], (given, path) => {
    const name = traitOf(given, path, usual);
    return ({ before, after }) => isYes(valuesOf(after, name)) && !isYes(valuesOf(before, name));
  });
}

/** A detail appears or changes; of some name, or any. */
function detail(words: string, is: (then: readonly string[], now: readonly string[]) => boolean) {
  return onChange(words, ['name'], (given, path) => {
    const name = given['name'] === undefined ? null : textOf(given['name'], under(path, 'name'));
    return ({ before, after }) => {
      if (before === null) return false;
      const names = [...Object.keys(after.traits), ...Object.keys(after.identifiers)];
      return (name === null ? names : [name]).some((one) =>
        is(valuesOf(before, one), valuesOf(after, one)),
      );
    };
  });
}

/**
 * Everything that can start an automation: the 34 events of the original system (features.md §1.4), under our names. What a sender's
 * event is called can be given with `event`, what a trait is called with `trait`.
 */
export const triggers = {
  page_visited: {
    ...onEvent('visited a page', ['page']),
    params: ['url!', 'match', 'event', 'where'],
    read(given, path) {
      const url = textOf(given['url'], under(path, 'url'));
      const match = given['match'] ?? 'contains';
      if (match !== 'exact' && match !== 'contains') {
        throw invalid(under(path, 'match'), '"exact" or "contains"', match);
      }
      const operator = match === 'exact' ? 'equals' : 'contains';
      const isPage = onEvent('', ['page']).read({ ...given, url: undefined }, path);
      return (happening) =>
        isPage(happening) &&
        happening.kind === 'event' &&
        ['url', 'path'].some((property) => hasText(happening, property, url, operator));
    },
  },
  search_phrase: onEvent('came from a search', ['page'], {
    phrase: ['search', 'utm_term', 'keyword', 'query'],
  }),
  source: onEvent('came from a source', ['page'], { source: ['utm_source', 'source', 'referrer'] }),
  beacon_zone: onEvent('entered a beacon zone', ['Beacon Zone Entered', 'Zone Entered'], {
    zone: ['zone', 'beacon_zone'],
  }),
  email_link_clicked: onEvent('clicked a link in an e-mail', ['Email Link Clicked'], {
    message: ['message', 'message_id', 'email_id', 'campaign_name', 'email_subject'],
    link: ['link_url', 'url', 'link'],
  }),
  email_opened: onEvent('opened an e-mail', ['Email Opened'], {
    message: ['message', 'message_id', 'email_id', 'campaign_name', 'email_subject'],
  }),
  sms_delivered: onEvent('got an SMS', ['SMS Delivered'], { message: ['message', 'message_id'] }),
  sms_answered: onEvent('answered an SMS', ['SMS Replied', 'SMS Answered'], {
    text: ['text', 'body', 'reply'],
  }),
  voice_message_delivered: onEvent('got a voice message', ['VMS Delivered', 'Voice Delivered'], {
    message: ['message', 'message_id'],
  }),
  tagged: onChange('was tagged', ['tags', 'trait'], (given, path) => {
    const name = traitOf(given, path, 'tags');
    const tags = given['tags'] === undefined ? null : readTags(given['tags'], under(path, 'tags'));
    return ({ before, after }) => {
      const had = tagsOf(before, name);
      const fresh = [...tagsOf(after, name)].filter((tag) => !had.has(tag));
      return fresh.some((tag) => tags?.has(tag) ?? true);
    };
  }),
  tag_score_reached: onChange(
    'reached a score for a tag',
    ['tag!', 'value!', 'trait'],
    (given, path) => {
      const name = traitOf(given, path, 'tag_score');
      const tag = textOf(given['tag'], under(path, 'tag'));
      const value = numberOf(given['value'], under(path, 'value'));
      return crosses(
        (known) => scoreOfTag(known, name, tag),
        (score) => score >= value,
      );
    },
  ),
  score_reached: scoreComes('reached a score', (score, value) => score >= value),
  score_exceeded: scoreComes('went above a score', (score, value) => score > value),
  score_at_stage: onChange(
    'reached a score at a funnel stage',
    ['value!', 'stage!', 'trait'],
    (given, path) => {
      const name = traitOf(given, path, 'score');
      const value = numberOf(given['value'], under(path, 'value'));
      const stage = textOf(given['stage'], under(path, 'stage'));
      const read = (known: ChangeHappening['before']) =>
        valuesOf(known, 'funnel_stage').includes(stage) ? numberIn(valuesOf(known, name)) : null;
      return crosses(read, (score) => score >= value);
    },
  ),
  opted_in: onChange(
    'said yes to marketing',
    [],
    () =>
      ({ before, after }) =>
        after.consent === true && before?.consent !== true,
  ),
  opted_out: onChange(
    'said no to marketing',
    [],
    () =>
      ({ before, after }) =>
        after.consent === false && before?.consent !== false,
  ),
  added: onChange(
    'came into the database',
    [],
    () =>
      ({ appears }) =>
        appears,
  ),
  added_again: onChange('was there and gave their details again', [], () => (change) => {
    return change.before !== null && !change.appears;
  }),
  funnel_stage: traitChanges('came to a funnel stage', 'funnel_stage', 'stage'),
  detail_new: detail('has a new detail', (then, now) => then.length === 0 && now.length > 0),
  detail_changed: detail(
    'has a changed detail',
    (then, now) => then.length > 0 && now.length > 0 && isDifferent(then, now),
  ),
  task_done: onEvent('has a task done', ['Task Finished', 'Task Finalised', 'Task Completed'], {
    task: ['task', 'name', 'title'],
  }),
  postcode_given: onChange('gave a postcode', [], () => ({ before, after }) => {
    return valuesOf(before, 'zip').length === 0 && valuesOf(after, 'zip').length > 0;
  }),
  owner_changed: traitChanges('has a new owner', 'owner', 'owner'),
  external_event: onEvent('did something', 'any', { type: ['type', 'event_type'] }),
  external_event_changed: onEvent('had an event corrected', ['External Event Updated'], {
    id: ['event_id', 'id'],
  }),
  social_event: onEvent(
    'did something on a social network',
    ['Social Shared', 'Social Liked', 'Social Commented', 'Social Followed', 'Social Event'],
    { network: ['network', 'social_network'] },
  ),
  rfm_changed: traitChanges('came to another RFM segment', 'rfm_segment', 'segment'),
  note_added: onEvent('had a note added', ['Note Added'], { text: ['text', 'note'] }),
  birthday_email_sent: onEvent('was sent a birthday e-mail', ['Birthday Email Sent']),
  date_near: {
    ...onChange('has a date coming up', ['name!', 'days!'], () => () => false),
    read(given, path) {
      readDateNear(given, path);
      return () => false;
    },
  },
  consent_given: saysYes('gave a consent', 'consent'),
  sms_opted_out: onChange('said no to SMS', ['trait'], (given, path) => {
    const name = traitOf(given, path, 'sms_consent');
    return ({ before, after }) => isNo(valuesOf(after, name)) && !isNo(valuesOf(before, name));
  }),
  sms_subscribed: saysYes('said yes to SMS', 'sms_consent'),
} as const satisfies Readonly<Record<string, Trigger>>;

export type TriggerKey = keyof typeof triggers;

export const triggerKeys = Object.keys(triggers) as readonly TriggerKey[];

function readTags(json: unknown, path: string): Set<string> {
  const tags = typeof json === 'string' ? json.split(',') : json;
  if (!Array.isArray(tags) || tags.length === 0) {
    throw invalid(path, 'a list of tags, any of which will do', json);
  }
  return new Set(tags.map((tag, i) => textOf(tag, under(path, i)).trim().toUpperCase()));
}

/** The one thing that no call says: time alone brings it about. */
export function readDateNear(
  given: JsonObject,
  path: string,
): { readonly name: string; readonly days: number } {
  const days = numberOf(given['days'], under(path, 'days'));
  if (!Number.isSafeInteger(days) || days < 1 || days > 366) {
    throw invalid(under(path, 'days'), 'a whole number from 1 to 366', days);
  }
  return { name: textOf(given['name'], under(path, 'name')), days };
}
