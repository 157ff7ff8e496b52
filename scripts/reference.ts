/**
 * Writes the generated pages of docs/reference, and the list of licences: `node scripts/reference.ts`. A change of the API's document
 * that would break a client is only written with `--breaking`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cliReference, errorReference } from '#cli/reference.ts';
import { type ApiDocument, breakingChanges } from './breaking-changes.ts';
import { licencePage } from './licences.ts';
import { openApiDocument } from './openapi.ts';
import { readLock, shippedPackages } from './shipped.ts';

const folder = new URL('../docs/reference/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('cli.md', folder), await cliReference());
await writeFile(new URL('errors.md', folder), errorReference());

const licences = new URL('../docs/security/licences.md', import.meta.url);
await writeFile(licences, licencePage(shippedPackages(readLock())));

const kept = new URL('openapi.json', folder);
const document = await openApiDocument();
const before = await readFile(kept, 'utf8').catch(() => '{"paths":{}}');
const broken = breakingChanges(JSON.parse(before) as ApiDocument, document as ApiDocument);
if (broken.length > 0 && !process.argv.includes('--breaking')) {
  process.stderr.write(
    `openapi.json stays as it was; a client would break:\n${broken.join('\n')}\n`,
  );
  process.exitCode = 1;
} else {
  await writeFile(kept, `${JSON.stringify(document, null, 1)}\n`);
}
