import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findingsOf, type Finding } from './audit-findings.ts';

/**
 * Asks the registry what is known against the packages that run (`npm run audit`): ends with 1 on anything high or
 * critical, and with 0 and a line where the registry does not answer, since nobody can do anything about that here.
 */
const asked = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: join(import.meta.dirname, '..'),
  encoding: 'utf8',
  timeout: 120_000,
});
const findings = findingsOf(asked.stdout ?? '');
if (findings === null) console.log('The registry did not answer: packages were not looked up.');
else console.log(['Known against the packages that run:', ...textOf(findings)].join('\n'));
process.exitCode = findings?.some(({ isGrave }) => isGrave) === true ? 1 : 0;

function textOf(findings: readonly Finding[]): string[] {
  return findings.length === 0 ? ['nothing'] : findings.map(({ text }) => text);
}
