import { readFileSync } from 'node:fs';

interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  /** `sha512-` and the digest as base64. */
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** By the path it is installed at; '' is the project itself, `web` its page. */
export type Lock = Readonly<Record<string, LockedPackage>>;

export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; null: it names none that we know. */
  readonly licence: string | null;
  readonly integrity: string;
  /** NAME@VERSION of what it needs itself. */
  readonly needs: readonly string[];
}

/** They say it in a field that npm no longer copies into the lock; read in their manifests, 2026-11-22. */
const saidElsewhere: Readonly<Record<string, string>> = {
  buildcheck: 'MIT',
  'cpu-features': 'MIT',
  ssh2: 'MIT',
};

export function readLock(): Lock {
  const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { packages: Lock }).packages;
}

/**
 * Every package that runs as a part of Muster or is in its web page, each version once, by name. Walked from
 * what the two manifests name: `npm sbom --omit dev` (npm 11.19) leaves out what development needs as well.
 */
export function shippedPackages(lock: Lock): ShippedPackage[] {
  const found = new Map<string, ShippedPackage>();
  const waiting = ['', 'web'].flatMap((path) => needsOf(lock, path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const { version = '', license, integrity = '' } = lock[path] ?? {};
    if (found.has(keyOf(lock, path))) continue;
    const name = nameOf(path);
    const needs = needsOf(lock, path);
    found.set(keyOf(lock, path), {
      ...{ name, version, integrity, licence: license ?? saidElsewhere[name] ?? null },
      needs: needs.map((need) => keyOf(lock, need)).toSorted(),
    });
    waiting.push(...needs);
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, shipped]) => shipped);
}

const nameOf = (path: string): string => path.split('node_modules/').at(-1) ?? '';
const keyOf = (lock: Lock, path: string): string => `${nameOf(path)}@${lock[path]?.version ?? ''}`;

/** Where each of a package's needs is installed. A peer that may be left out is none. */
function needsOf(lock: Lock, path: string): string[] {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } =
    lock[path] ?? {};
  const peers = Object.keys(peerDependencies ?? {}).filter(
    (name) => peerDependenciesMeta?.[name]?.optional !== true,
  );
  const names = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
  return names.flatMap((name) => placeOf(lock, path, name) ?? []);
}

/** As Node finds it: beside whoever asks, else further up. */
function placeOf(lock: Lock, from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (Object.hasOwn(lock, path)) return path;
    if (folder === '') return null;
  }
}
