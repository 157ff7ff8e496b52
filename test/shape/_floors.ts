import { basename, dirname } from 'node:path/posix';
import type { Import, Node, Source } from './_tree.ts';

/** The rooms of ARCHITECTURE.md, from the ground up. Imports only go down. */
const floors: readonly (readonly string[])[] = [
  ['domain'],
  ['config', 'identifiers', 'store', 'meta', 'sources', 'ingest'],
  [
    ...['profiles', 'audiences', 'automations', 'plan', 'deliver', 'connections'],
    ...['schedules', 'insights', 'alerts', 'project', 'sandbox'],
  ],
  ['sync'],
  ['jobs'],
  ['http'],
  ['cli'],
];

const bannedNames = /^(types?|utils?|helpers?|common|shared|lib|misc|index|mod)$/;

/** Walls that stand inside the floors' order. */
const sealed: readonly { room: string; from: RegExp; but: RegExp; because: string }[] = [
  {
    room: 'sandbox',
    from: /^src\/(?!sandbox\/|domain\/)/,
    but: /^src\/meta\/wire\.ts$/,
    because: "the sandbox knows of Muster no more than Meta does: the wire's words",
  },
  {
    room: 'plan',
    from: /^src\/meta\//,
    but: /^$/,
    because: 'a plan can be made and read without credentials',
  },
];

/** Every broken wall, as `file:line what and why`. */
export function brokenWalls(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => [
    ...misnamed(source),
    ...barrel(source),
    ...source.imports.flatMap((entry) => {
      const why = broken(source.path, entry);
      return why === null
        ? []
        : [`${source.path}:${entry.line} imports ${entry.specifier}: ${why}`];
    }),
  ]);
}

function misnamed({ path }: Source): string[] {
  const room = roomOf(path);
  const problems = path
    .split('/')
    .slice(1)
    .map((name) => name.replace(/\..*$/, '').replace(/^_/, ''))
    .filter((name) => bannedNames.test(name))
    .map((name) => `${path}:1 is called ${name}: a name says what is in it`);
  if (room !== null && floorOf(room) < 0) problems.push(`${path}:1 is in no room we know`);
  return problems;
}

function barrel({ path, ast, lineOf }: Source): string[] {
  const statements = ast['body'] as readonly Node[];
  const passesOn = statements.filter(
    ({ type, source }) =>
      type === 'ExportAllDeclaration' || (type === 'ExportNamedDeclaration' && source),
  );
  const all = passesOn.find(({ type }) => type === 'ExportAllDeclaration');
  const isBarrel = passesOn.length > 0 && passesOn.length === statements.length;
  if (all === undefined && !isBarrel) return [];
  return [`${path}:${lineOf(all?.start ?? 0)} is a barrel: import the file you mean`];
}

/** Why this import is not allowed, or null. */
function broken(path: string, { specifier, target, isType }: Import): string | null {
  const own = roomOf(path);
  if (path.startsWith('web/')) return brokenByWeb(target, isType);
  if (target === null) {
    return own === 'domain' && !isTest(path) ? 'the domain imports nothing' : null;
  }
  if (basename(target).startsWith('_') && dirname(target) !== dirname(path)) {
    return `a file that starts with _ belongs to ${dirname(target)} alone`;
  }
  const other = roomOf(target);
  if (own === null) return null;
  if (other === null) {
    return isTest(path) && target.startsWith('test/') ? null : 'a room imports only rooms';
  }
  if (own === other) {
    return specifier.startsWith('#') ? 'inside a room write ./file.ts' : null;
  }
  if (!specifier.startsWith('#')) return `across a wall write #${other}/…`;
  const [ownFloor, otherFloor] = [floorOf(own), floorOf(other)];
  if (otherFloor === ownFloor) return `${own} and ${other} stand on the same floor`;
  if (otherFloor > ownFloor) return `imports only go down, and ${other} stands above ${own}`;
  const wall = sealed.find(
    ({ room, from, but }) => room === own && from.test(target) && !but.test(target),
  );
  return wall?.because ?? null;
}

/** The page has no privileges beyond the API: of the server it knows the shape of its answers. */
function brokenByWeb(target: string | null, isType: boolean): string | null {
  if (target === null || target.startsWith('web/')) return null;
  if (target === 'src/http/contract.ts' && isType) return null;
  return 'the page imports types from src/http/contract.ts and nothing else of the server';
}

/** The room of a path, or null outside of them: tests of the whole, src/main.ts. */
function roomOf(path: string): string | null {
  return path.match(/^src\/([^/]+)\//)?.[1] ?? null;
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}
