import type { TestProject } from 'vitest/node';

/** The databases of these tests come from a template that mutation.ts has made; it clears up, too. */
export function setup(project: TestProject): void {
  project.provide('testRun', { id: process.env['MUTANT_RUN'] ?? '', dataDir: '' });
}
