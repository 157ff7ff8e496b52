import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { assert } from '#domain/errors/assert.ts';
import type { Mutant, Patch } from './mutants.ts';

const source = join(import.meta.dirname, '../../src');

/** Changes files of src/ while they are loaded; call it before anything imports them. */
export function plant(mutant: Mutant): void {
  const waiting = new Set(mutant.patches.filter(isInFile).map(pathOf));
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.startsWith('file:') || !waiting.delete(fileURLToPath(url))) return loaded;
      const text = new TextDecoder().decode(loaded.source as Uint8Array);
      return { ...loaded, source: patchedFile(mutant, fileURLToPath(url), text) ?? text };
    },
  });
  process.on('exit', () => {
    const [left] = waiting;
    assert(left === undefined, `${mutant.name}: ${left ?? ''} was loaded`);
  });
}

/** The text of a file with its patches; null when it has none. */
export function patchedFile({ name, patches }: Mutant, path: string, text: string): string | null {
  const here = patches.filter((patch) => isInFile(patch) && pathOf(patch) === path);
  if (here.length === 0) return null;
  return here.reduce((sofar, patch) => patched(name, patch, sofar), text);
}

/** Changes the views of a schema that has just been made. */
export async function plantViews({ name, patches }: Mutant, url: string): Promise<void> {
  const views = patches.filter((patch) => !isInFile(patch));
  if (views.length === 0) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const patch of views) {
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

function isInFile(patch: Patch): boolean {
  return patch.in.endsWith('.ts');
}

function pathOf(patch: Patch): string {
  return join(source, patch.in);
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
