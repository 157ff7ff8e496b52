import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** Any node of the syntax tree (ESTree with TypeScript's own kinds). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the repository's root if it is a file of ours. */
  readonly target: string | null;
  readonly line: number;
  /** `import type`: nothing of it is there at run time. */
  readonly isType: boolean;
}

export interface Source {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly lineCount: number;
  readonly ast: Node;
  readonly imports: readonly Import[];
  lineOf(offset: number): number;
}

const root = join(import.meta.dirname, '../..');
const folders = ['src', 'test', 'bench', 'scripts', 'web/src'];

/** Every source file of the repository. */
export function readTree(): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(tsx?|mjs)$/.test(name))
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .map((path) => parse(path, readFileSync(join(root, path), 'utf8'))),
  );
}

export function parse(path: string, text: string): Source {
  const ast = parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node;
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number) => lineStarts.findLastIndex((start) => start <= offset) + 1;
  const lineCount = text.endsWith('\n') ? lineStarts.length - 1 : lineStarts.length;
  const imports = importsOf(path, ast, lineOf);
  return { path, lineCount, ast, imports, lineOf };
}

/** Visits every node, a parent before its children. */
export function walk(node: Node, visit: (node: Node, parent: Node | null) => void): void {
  step(node, null);

  function step(current: Node, parent: Node | null): void {
    visit(current, parent);
    for (const value of Object.values(current)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) step(child, current);
      }
    }
  }
}

export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string'
  );
}

function importsOf(path: string, ast: Node, lineOf: (offset: number) => number): Import[] {
  const imports: Import[] = [];
  walk(ast, (node) => {
    const specifier = specifierOf(node);
    if (specifier === null) return;
    const isType = node['importKind'] === 'type';
    imports.push({
      specifier,
      target: resolve(path, specifier),
      line: lineOf(node.start),
      isType,
    });
  });
  return imports;
}

const importingNodes = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** What an import or a re-export names, or a path beside this file that is started or loaded. */
function specifierOf(node: Node): string | null {
  if (importingNodes.has(node.type)) return textOf(node['source']);
  const [first, second] = Array.isArray(node['arguments']) ? (node['arguments'] as unknown[]) : [];
  // new URL('./file.ts', import.meta.url)
  if (nameOf(node['callee']) === 'URL') return pathIn(first);
  // join(import.meta.dirname, 'file.ts')
  const isHere = isNode(first) && nameOf(first['property']) === 'dirname';
  return nameOf(node['callee']) === 'join' && isHere ? pathIn(second) : null;
}

function pathIn(node: unknown): string | null {
  const text = textOf(node);
  if (text === null || !/^[\w./-]+\.(ts|mjs)$/.test(text)) return null;
  return text.startsWith('.') ? text : `./${text}`;
}

function textOf(node: unknown): string | null {
  return isNode(node) && typeof node['value'] === 'string' ? node['value'] : null;
}

export function nameOf(node: unknown): string | null {
  return isNode(node) && node.type === 'Identifier' ? String(node['name']) : null;
}

function resolve(path: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  return specifier.startsWith('.') ? posix.join(dirname(path), specifier) : null;
}
