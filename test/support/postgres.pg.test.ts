import pg from 'pg';
import { expect, it } from 'vitest';
import { testDatabase } from './postgres.ts';

async function tables(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select table_name from information_schema.tables where table_schema = 'public'`,
    );
    return rows.map(({ table_name }) => table_name);
  } finally {
    await client.end();
  }
}

it('gives every caller a migrated database of its own, and takes it away again', async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  expect(one.url).not.toBe(other.url);
  expect(await tables(one.url)).toContain('migration');
  expect(await tables(other.url)).toEqual(await tables(one.url));
  await one.drop();
  await expect(tables(one.url)).rejects.toMatchObject({ code: '3D000' });
  expect(await tables(other.url)).toContain('migration');
  await other.drop();
});
