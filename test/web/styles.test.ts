import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('the page has the stylesheet of every component that it uses', async () => {
  const sheets = readFileSync(join(root, 'web/src/mantine.css'), 'utf8');
  const used = new Set<string>();
  for await (const file of glob('web/src/**/*.tsx', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, names = ''] of text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)) {
      for (const name of names.split(',')) used.add(name.replace(/^\s*type\s/, '').trim());
    }
  }
  const missing = [...used].filter(
    (name) =>
      existsSync(join(root, `node_modules/@mantine/core/styles/${name}.css`)) &&
      !sheets.includes(`/${name}.css`),
  );
  expect(used.size).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
