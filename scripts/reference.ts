/** Writes the generated pages of docs/reference: `node scripts/reference.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cliReference, errorReference } from '#cli/reference.ts';

const folder = new URL('../docs/reference/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('cli.md', folder), await cliReference());
await writeFile(new URL('errors.md', folder), errorReference());
