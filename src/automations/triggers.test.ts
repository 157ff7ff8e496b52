import { expect, it } from 'vitest';
import type { Happening, Known } from './happening.ts';
import { readStart } from './start.ts';
import { type TriggerKey, triggerKeys } from './triggers.ts';

const known = (traits: object, more: Partial<Known> = {}): Known => ({
  ...{ identifiers: {}, consent: null },
  traits: { ...traits },
  ...more,
});
const event = (name: string, properties: object = {}): Happening => ({
  ...{ kind: 'event', profileId: 1, name },
  properties: { ...properties },
});
const change = (before: Known | null, after: Known, appears = false): Happening => ({
  ...{ kind: 'change', profileId: 1, appears, before, after },
});
const trait = (then: object, now: object): Happening => change(known(then), known(now));
const nobody = known({});

/** What each is given, what starts it, and what is near it and does not. */
const cases: Readonly<Record<TriggerKey, readonly [object, Happening, Happening]>> = {
  page_visited: [
    { url: '/pricing', match: 'contains' },
    event('page', { url: 'https://shop.example/pricing?a=1' }),
    event('page', { url: 'https://shop.example/' }),
  ],
  search_phrase: [
    { phrase: 'red shoes' },
    event('page', { search: 'Red Shoes cheap' }),
    event('page', { search: 'blue' }),
  ],
  source: [
    { source: 'newsletter' },
    event('page', { utm_source: 'newsletter' }),
    event('page', { utm_source: 'search' }),
  ],
  beacon_zone: [
    { zone: 'door' },
    event('Beacon Zone Entered', { zone: 'door' }),
    event('Beacon Zone Entered', { zone: 'till' }),
  ],
  email_link_clicked: [
    { message: 'May', link: 'sale' },
    event('Email Link Clicked', { campaign_name: 'May', link_url: 'https://a.example/sale' }),
    event('Email Link Clicked', { campaign_name: 'June', link_url: 'https://a.example/sale' }),
  ],
  email_opened: [
    { message: 'May' },
    event('email_opened', { email_id: 'May' }),
    event('Email Delivered', { email_id: 'May' }),
  ],
  sms_delivered: [{}, event('SMS Delivered'), event('SMS Sent')],
  sms_answered: [{ text: 'yes' }, event('SMS Replied', { body: 'YES' }), event('SMS Replied')],
  voice_message_delivered: [{}, event('VMS Delivered'), event('SMS Delivered')],
  tagged: [
    { tags: ['vip', 'gold'] },
    trait({ tags: ['a'] }, { tags: 'A, Gold' }),
    trait({ tags: ['VIP'] }, { tags: ['vip', 'other'] }),
  ],
  tag_score_reached: [
    { tag: 'shoes', value: 50 },
    trait({ tag_score: { shoes: 49 } }, { tag_score: { shoes: 50 } }),
    trait({ tag_score: { shoes: 50 } }, { tag_score: { shoes: 60 } }),
  ],
  score_reached: [{ value: 50 }, trait({ score: 49 }, { score: '50' }), trait({}, { score: 49 })],
  score_exceeded: [{ value: 50 }, trait({ score: 50 }, { score: 51 }), trait({}, { score: 50 })],
  score_at_stage: [
    { value: 50, stage: 'offer' },
    trait({ score: 60, funnel_stage: 'lead' }, { score: 60, funnel_stage: 'offer' }),
    trait({ score: 10, funnel_stage: 'lead' }, { score: 60, funnel_stage: 'lead' }),
  ],
  opted_in: [{}, change(nobody, known({}, { consent: true })), change(nobody, nobody)],
  opted_out: [
    {},
    change(known({}, { consent: true }), known({}, { consent: false })),
    change(known({}, { consent: false }), known({}, { consent: false })),
  ],
  added: [{}, change(null, nobody, true), change(null, nobody)],
  added_again: [{}, change(nobody, nobody), change(nobody, nobody, true)],
  funnel_stage: [
    { stage: 'offer' },
    trait({}, { funnel_stage: 'offer' }),
    trait({ funnel_stage: 'offer' }, { funnel_stage: 'offer' }),
  ],
  detail_new: [{ name: 'size' }, trait({}, { size: 'L' }), trait({ size: 'L' }, { size: 'M' })],
  detail_changed: [{ name: 'size' }, trait({ size: 'L' }, { size: 'M' }), trait({}, { size: 'L' })],
  task_done: [
    { task: 'call' },
    event('Task Completed', { title: 'Call back' }),
    event('Task Made'),
  ],
  postcode_given: [
    {},
    change(nobody, known({}, { identifiers: { zip: '80331' } })),
    change(nobody, known({}, { identifiers: { city: 'a' } })),
  ],
  owner_changed: [{}, trait({ owner: 'a' }, { owner: 'b' }), trait({ owner: 'a' }, {})],
  external_event: [
    { event: 'Order Completed', where: [{ property: 'total', op: 'greater', value: 100 }] },
    event('Order Completed', { total: 100.5 }),
    event('Order Completed', { total: 100 }),
  ],
  external_event_changed: [{ id: '7' }, event('External Event Updated', { id: 7 }), event('7')],
  social_event: [
    { network: 'a' },
    event('Social Shared', { network: 'A' }),
    event('Product Shared', { network: 'A' }),
  ],
  rfm_changed: [
    { segment: 'champion' },
    trait({ rfm_segment: 'new' }, { rfm_segment: 'champion' }),
    trait({ rfm_segment: 'champion' }, { rfm_segment: 'lost' }),
  ],
  note_added: [{ text: 'call' }, event('Note Added', { note: 'please call' }), event('Note Added')],
  birthday_email_sent: [{}, event('Birthday Email Sent'), event('Email Sent')],
  // What comes near by itself is found by looking: test/ways/automations.pg.test.ts.
  date_near: [{ name: 'contract_end', days: 30 }, event('-'), event('-')],
  consent_given: [{ trait: 'newsletter' }, trait({}, { newsletter: true }), trait({}, {})],
  sms_opted_out: [
    {},
    trait({ sms_consent: true }, { sms_consent: 'no' }),
    trait({ sms_consent: true }, { sms_consent: true }),
  ],
  sms_subscribed: [{}, trait({}, { sms_consent: 'yes' }), trait({}, { sms_consent: 'no' })],
};

it('knows all 34 events (features.md §1.4)', () => {
  expect(triggerKeys).toHaveLength(34);
});

it.each(triggerKeys.filter((key) => key !== 'date_near'))('%s', (key) => {
  const [given, near, far] = cases[key];
  const { matches } = readStart([{ on: key, ...given }], 'on');
  expect([matches(near), matches(far)]).toEqual([true, false]);
});

it('starts by any of several', () => {
  const { matches } = readStart([{ on: 'note_added' }, { on: 'sms_delivered' }], 'on');
  expect([matches(event('SMS Delivered')), matches(event('Note Added'))]).toEqual([true, true]);
});
