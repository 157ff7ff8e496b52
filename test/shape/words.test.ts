import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isNode, type Node, parse, walk } from './_tree.ts';

const page = join(import.meta.dirname, '../../web/src');
const words = join(page, 'words');

type Words = Readonly<Record<string, string>>;

const read = (language: string, file: string): Words =>
  flat(JSON.parse(readFileSync(join(words, language, file), 'utf8')));

/** Words may stand in groups: `value.unit`. */
function flat(json: unknown, path = ''): Words {
  if (typeof json !== 'object' || json === null) return { [path]: String(json) };
  const parts = Object.entries(json).map(([key, inner]) =>
    flat(inner, path === '' ? key : `${path}.${key}`),
  );
  return Object.assign({}, ...parts) as Words;
}

const placesIn = (text: string) => (text.match(/\{\{\s*\w+/g) ?? []).toSorted();

it('has every word in every language', () => {
  const areas = readdirSync(join(words, 'en')).toSorted();
  expect(readdirSync(join(words, 'de')).toSorted()).toEqual(areas);
  for (const area of areas) {
    const [english, german] = [read('en', area), read('de', area)];
    expect(Object.keys(german).toSorted(), area).toEqual(Object.keys(english).toSorted());
    for (const [key, text] of Object.entries(english)) {
      expect(text, `${area} ${key}`).not.toBe('');
      expect(german[key], `${area} ${key}`).not.toBe('');
      expect(placesIn(german[key] ?? ''), `${area} ${key}`).toEqual(placesIn(text));
    }
  }
});

it('says nothing on the page that is not in these files', () => {
  const bare = readdirSync(page, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.tsx'))
    .map((path) => parse(path, readFileSync(join(page, path), 'utf8')))
    .flatMap(({ path, ast, lineOf }) =>
      bareTexts(ast).map(({ text, at }) => `${path}:${lineOf(at)} ${text}`),
    );
  expect(bare).toEqual([]);
});

it.each([
  ['between tags', '<p>Some words</p>', ['Some words']],
  ['as a label', '<Input label="Some words" />', ['Some words']],
  ['for a reader', '<b aria-label={"Words"} />', ['Words']],
  ['that are chosen', '<b title={a ? "One" : t("x")} />', ['One']],
  ['not: a name of ours', "<b>{'Muster'}</b>", []],
  ['not: signs', '<p> · {a}: </p>', []],
  ['not: by key', '<Input label={t("some")} size="md" />', []],
])('sees words %s', (_, text, found) => {
  const { ast } = parse('web/src/a.tsx', `const a = ${text};`);
  expect(bareTexts(ast).map((one) => one.text)).toEqual(found);
});

const spoken =
  /^(label|title|placeholder|description|alt|aria-label|lead|meaning|error|nothingFoundMessage)$/;

/** Words that stand in the source where a person will read or hear them. */
function bareTexts(ast: Node): { text: string; at: number }[] {
  const found: { text: string; at: number }[] = [];
  const note = (node: Node) => {
    const text = String(node['value']).trim();
    if (/\p{L}{2}/u.test(text)) found.push({ text, at: node.start });
  };
  walk(ast, (node) => {
    if (node.type === 'JSXText') note(node);
    if (node.type !== 'JSXAttribute') return;
    const { name, value } = node as unknown as { name: Node; value: unknown };
    if (spoken.test(String(name['name']))) for (const literal of literalsOf(value)) note(literal);
  });
  return found;
}

function literalsOf(value: unknown): Node[] {
  if (!isNode(value)) return [];
  if (value.type === 'Literal') return typeof value['value'] === 'string' ? [value] : [];
  if (value.type === 'JSXExpressionContainer') return literalsOf(value['expression']);
  if (value.type !== 'ConditionalExpression') return [];
  return [...literalsOf(value['consequent']), ...literalsOf(value['alternate'])];
}
