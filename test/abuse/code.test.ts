import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** What must not be in what runs, wherever somebody might put it (docs/security.md). */
const root = join(import.meta.dirname, '../..');
const sources = globSync('{src,web/src}/**/*.{ts,tsx}', { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !/\.test\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** Where a form stands, and in which files it may. */
const forms: readonly [string, RegExp, readonly string[]][] = [
  ['code that is made at run time', /\beval\(|\bnew Function\b|node:vm/, []],
  [
    'a shell',
    /\bexecSync\(|\bexecFile\(|shell: true|from 'node:child_process'/,
    [
      // Programs of ours, by a list of arguments that are fixed.
      'src/http/web-build.ts',
      'src/sources/_forked.ts',
      'src/store/embedded/_cluster.ts',
      'src/store/embedded/_machine.ts',
      'src/store/embedded/_postmaster.ts',
    ],
  ],
  [
    'HTML that is not text',
    /dangerouslySetInnerHTML|\.outerHTML =|insertAdjacentHTML|document\.write/,
    [],
  ],
  [
    'messages between windows',
    /postMessage\(|addEventListener\('message'/,
    ['src/sources/_forked.ts'],
  ],
  ['HTTP that is read leniently', /insecureHTTPParser/, []],
  [
    'certificates that nobody looks at',
    /rejectUnauthorized: false|NODE_TLS_REJECT_UNAUTHORIZED/,
    [],
  ],
  ['lower bounds of TLS', /minVersion|secureProtocol|ciphers:/, []],
  ['old ciphers', /aes-\d+-(cbc|ecb|ctr)|createCipher\(|\bdes-|\brc4\b/i, []],
  [
    'hashes for safety that are none',
    /createHash\('(md5|sha1)'\)/,
    [
      // A version tag, as Meta gives them.
      'src/sandbox/graph.ts',
    ],
  ],
  [
    'chance that can be guessed',
    /Math\.random\b/,
    [
      // Waiting times, and people that are made up.
      'src/main.ts',
      'src/cli/sandbox.ts',
      'src/sandbox/_sandbox-process.ts',
    ],
  ],
  [
    'other cryptography than Node’s',
    /from '(crypto-js|bcrypt|bcryptjs|argon2|node-forge|tweetnacl)'/,
    [],
  ],
];

it.each(forms)('has no %s', (_, form, allowed) => {
  expect(sources.length).toBeGreaterThan(500);
  const found = sources.filter(({ text }) => form.test(text)).map(({ path }) => path);
  expect(found.filter((path) => !allowed.includes(path))).toEqual([]);
});

it.each([
  ['eval(x)', 0],
  ["spawn('sh', { shell: true })", 1],
  ['<p dangerouslySetInnerHTML={x} />', 2],
  ['{ rejectUnauthorized: false }', 5],
  ["createHash('md5')", 8],
])('would notice %s', (text, which) => {
  expect(forms[which]?.[1].test(text)).toBe(true);
});
