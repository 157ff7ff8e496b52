import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Test } from './mutants.ts';

const root = join(import.meta.dirname, '../..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const config = join(import.meta.dirname, 'planted.vitest.config.ts');

interface Result {
  readonly passed: number;
  readonly failed: readonly { readonly title: string; readonly message: string }[];
  /** Why there is neither. */
  readonly problem: string | null;
}

/**
 * Runs single tests with a mutant planted, or with none (''), on a server that has a template for their
 * databases named after the run.
 */
export async function tryTests(
  tests: readonly Test[],
  where: { readonly run: string; readonly mutant: string; readonly url: string },
): Promise<Result> {
  const files = [...new Set(tests.map(({ file }) => file))];
  const title = tests.map((test) => test.title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const directory = mkdtempSync(join(tmpdir(), 'muster-planted-'));
  const file = join(directory, 'report.json');
  const args = ['run', '--config', config, '--reporter=json', `--outputFile.json=${file}`];
  const ours = { MUSTER_TEST_DATABASE_URL: where.url, MUTANT: where.mutant, MUTANT_RUN: where.run };
  const options = { cwd: root, env: { ...process.env, ...ours }, maxBuffer: 50_000_000 };
  try {
    const all = [vitest, ...args, ...files, '-t', title];
    const { stderr } = await promisify(execFile)(process.execPath, all, options).catch(
      (error: { stderr: string }) => error,
    );
    if (!existsSync(file)) return { passed: 0, failed: [], problem: firstLine(stderr) };
    return resultOf(JSON.parse(readFileSync(file, 'utf8')) as Report);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function resultOf(report: Report): Result {
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = results.filter(({ status }) => status === 'failed');
  return {
    passed: results.filter(({ status }) => status === 'passed').length,
    failed: failed.map(({ fullName, failureMessages }) => ({
      title: fullName,
      message: firstLine(failureMessages[0] ?? ''),
    })),
    problem: report.testResults.map(({ message }) => firstLine(message ?? '')).join(' ') || null,
  };
}

/** What of vitest's report is read. */
interface Report {
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
