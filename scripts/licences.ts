import type { ShippedPackage } from './shipped.ts';

/** Licences that ask for no more than to be named. */
export const allowedLicences: Readonly<Record<string, string>> = {
  '(MIT OR CC0-1.0)': 'asks to be named',
  '0BSD': 'asks nothing',
  'Apache-2.0': 'asks to be named, with its notices',
  'BSD-2-Clause': 'asks to be named',
  'BSD-3-Clause': 'asks to be named',
  'BlueOak-1.0.0': 'asks to be named',
  ISC: 'asks to be named',
  MIT: 'asks to be named',
  'MIT AND ISC AND BSD-3-Clause': 'asks to be named',
  'MIT-0': 'asks nothing',
  Unlicense: 'asks nothing',
};

/** docs/security/licences.md. */
export function licencePage(shipped: readonly ShippedPackage[]): string {
  const licences = [...new Set(shipped.map(({ licence }) => licence ?? 'unknown'))].toSorted();
  const count = (licence: string) => shipped.filter((one) => one.licence === licence).length;
  return [
    '# Licences',
    '',
    'Every package that runs as a part of Muster or is in its web page, by the lock; what builds the page and checks the code is not in it.',
    '`node scripts/reference.ts` writes this list; `npm run sbom` prints the same as a bill of materials with checksums (CycloneDX). Why each',
    'direct dependency is there: [decision 0002](../decisions/0002-dependencies.md).',
    '',
    '| licence | packages | |',
    '|---|---|---|',
    ...licences.map((one) => `| ${one} | ${count(one)} | ${allowedLicences[one] ?? ''} |`),
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...shipped.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`),
    '',
  ].join('\n');
}
