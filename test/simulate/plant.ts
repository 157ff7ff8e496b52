import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { assert } from '#domain/errors/assert.ts';
import type { Mutant, Patch } from './mutants.ts';

const source = join(import.meta.dirname, '../../src');

/** Changes files of src/ while they are loaded; call it before anything imports them. */
export function plant({ name, patches }: Mutant): void {
  const waiting = new Set(patches.filter((patch) => patch.in.endsWith('.ts')));
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const here = [...waiting].filter((patch) => url === urlOf(patch));
      if (here.length === 0) return loaded;
      let text = new TextDecoder().decode(loaded.source as Uint8Array);
      for (const patch of here) {
        text = patched(name, patch, text);
        waiting.delete(patch);
      }
      return { ...loaded, source: text };
    },
  });
  process.on('exit', () => {
    const [left] = waiting;
    assert(left === undefined, `${name}: ${left?.in ?? ''} was loaded`);
  });
}

/** Changes the views of a schema that has just been made. */
export async function plantViews({ name, patches }: Mutant, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const patch of patches.filter((one) => !one.in.endsWith('.ts'))) {
      const { rows } = await client.query<{ text: string }>(
        'select pg_get_viewdef($1::regclass) as text',
        [patch.in],
      );
      const text = patched(name, patch, rows[0]?.text ?? '');
      await client.query(`create or replace view ${patch.in} as ${text}`);
    }
  } finally {
    await client.end();
  }
}

function urlOf(patch: Patch): string {
  return new URL(join(source, patch.in), 'file:').href;
}

/** A statement that reads otherwise today makes the mutant useless, and nobody would notice. */
function patched(name: string, patch: Patch, text: string): string {
  const times = text.split(patch.from).length - 1;
  if (times !== 1) {
    throw new Error(
      `mutant “${name}” does not fit any more: ${patch.in} has “${patch.from}” ${times} times`,
    );
  }
  return text.replace(patch.from, () => patch.to);
}

export const mainFile: string = fileURLToPath(new URL('./main.ts', import.meta.url));
