import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { answerInGerman, sayInGerman } from './german.ts';
import phrases from './german-phrases.json' with { type: 'json' };

it.each([
  [
    'Does not belong: they said no to marketing, and is not at Meta.',
    'Gehört nicht dazu: hat Nein zu Werbung gesagt, und ist nicht bei Meta.',
  ],
  [
    'Removals wait: 700 people would leave, 900 within 24 hours; the limit is 500 of 1000; more than half of 1000 people would leave: 900 within 24 hours',
    'Entfernungen warten: 700 Menschen würden gehen, 900 innerhalb von 24 Stunden; die Grenze ist 500 von 1000; mehr als die Hälfte von 1000 Menschen würde gehen: 900 innerhalb von 24 Stunden',
  ],
  [
    'it concerns 1,200 people; one person alone may send 1,000, and 600 people would leave; one person alone may remove 500',
    'es betrifft 1,200 Menschen; eine Person allein darf 1,000 senden, und 600 Menschen würden gehen; eine Person allein darf 500 entfernen',
  ],
  [
    'Meta no longer accepts this access token. Connect again; what waits is kept. (code 190, trace abc)',
    'Meta nimmt dieses Zugriffstoken nicht mehr an. Verbinden Sie erneut; was wartet, bleibt erhalten. (code 190, trace abc)',
  ],
  [
    'The token ends in 3 days, on 2026-11-25. Each newly generated token replaces the previous.',
    'Das Token endet in 3 Tagen, am 2026-11-25. Jedes neu erzeugte Token ersetzt das vorige.',
  ],
  [
    'whoever was tagged (tags ["vip"]), or visited a page; at most 2 times a person',
    'wer ein Tag bekam (tags ["vip"]), oder eine Seite besuchte; höchstens 2-mal je Person',
  ],
  ['wait 2 days', '2 Tage warten'],
  [
    'Nobody wrote this, and nobody put it into German',
    'Nobody wrote this, and nobody put it into German',
  ],
])('says %j', (english, german) => {
  expect(sayInGerman(english)).toBe(german);
});

it('leaves what people typed as it is', () => {
  const at = new Date(0);
  expect(
    answerInGerman({ name: 'never', next: 'never', items: [{ words: 'exit', at, n: 1 }] }),
  ).toEqual({
    ...{ name: 'never', next: 'nie' },
    items: [{ words: 'Ausgang', at, n: 1 }],
  });
});

const src = join(import.meta.dirname, '../..');

/** All that is written below the API, with breaks inside of sentences undone. */
const written = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(src, path), 'utf8'))
  .join('\n')
  .replaceAll(/\\(['`])/g, '$1')
  .replaceAll('\\u2019', '’');

/** As one text, or put together from a few that go on where the one before ends. */
function isWritten(text: string, pieces = 4): boolean {
  if (text === '' || written.includes(text)) return true;
  if (pieces === 1) return false;
  const ends = [...text.matchAll(/(?<=[\s:.,(“])|(?=[.:,)])|(?<=\w)(?=s\b)/g)].map(
    ({ index }) => index,
  );
  return ends
    .toReversed()
    .some(
      (end) =>
        end > 0 &&
        written.includes(text.slice(0, end)) &&
        isWritten(text.slice(end).trim(), pieces - 1),
    );
}

it('has no phrase that nobody says', () => {
  const orphans = Object.keys(phrases).flatMap((english) =>
    english
      .split(/\{[*=]?[a-z]+\}/)
      .map((literal) => literal.trim())
      .filter((literal) => !isWritten(literal))
      .map((literal) => `${english}: ${literal}`),
  );
  expect(orphans).toEqual([]);
});

it('keeps every hole', () => {
  const holes = (text: string) => (text.match(/\{[*=]?[a-z]+\}/g) ?? []).toSorted();
  for (const [english, german] of Object.entries(phrases))
    expect(holes(german)).toEqual(holes(english));
});
