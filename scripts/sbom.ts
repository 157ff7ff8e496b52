/**
 * npm run sbom — a bill of materials on standard output: what runs as a part of Muster and what is in its web
 * page, with versions, licences, checksums and what needs what. CycloneDX 1.6, as
 * https://cyclonedx.org/docs/1.6/json/ says (read 2026-11-22).
 */
import { readFileSync } from 'node:fs';
import { readLock, type ShippedPackage, shippedPackages } from './shipped.ts';

const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
const manifest = JSON.parse(text) as { name: string; version: string; license: string };
const shipped = shippedPackages(readLock());

/** Without a serial number and a time: the same lock gives the same document. */
const bill = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    component: {
      type: 'application',
      ...referenceOf(manifest),
      licenses: licencesOf(manifest.license),
    },
  },
  components: shipped.map(componentOf),
  dependencies: shipped.map((one) => ({
    ref: purlOf(one),
    dependsOn: one.needs.map((key) => purlOf(namedBy(key))),
  })),
};
process.stdout.write(`${JSON.stringify(bill, null, 1)}\n`);

function componentOf(one: ShippedPackage): object {
  const digest = Buffer.from(one.integrity.replace('sha512-', ''), 'base64');
  return {
    type: 'library',
    ...referenceOf(one),
    hashes: [{ alg: 'SHA-512', content: digest.toString('hex') }],
    licenses: licencesOf(one.licence),
  };
}

function referenceOf(one: { readonly name: string; readonly version: string }): object {
  const purl = purlOf(one);
  return { 'bom-ref': purl, name: one.name, version: one.version, purl };
}

function licencesOf(licence: string | null): object[] {
  if (licence === null) return [];
  return [/ (AND|OR) /.test(licence) ? { expression: licence } : { license: { id: licence } }];
}

function purlOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function namedBy(key: string): { readonly name: string; readonly version: string } {
  const at = key.lastIndexOf('@');
  return { name: key.slice(0, at), version: key.slice(at + 1) };
}
