import { join } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import tests from '../../vitest.config.ts';
import { mutantNamed } from './mutants.ts';
import { patchedFile } from './plant.ts';

/** The tests with the mutant of that name planted; none: as they are. See mutation.ts. */
const name = process.env['MUTANT'] ?? '';
const mutant = name === '' ? null : mutantNamed(name);

const { globalSetup: _, ...test } = tests.test ?? {};
export default mergeConfig(
  { test },
  defineConfig({
    root: join(import.meta.dirname, '../..'),
    plugins: [
      {
        name: 'plant',
        enforce: 'pre',
        transform: (code, id) => (mutant === null ? null : patchedFile(mutant, id, code)),
      },
    ],
    test: {
      globalSetup: [join(import.meta.dirname, 'planted-setup.ts')],
      // It would give the next mutant the files of the last one.
      fsModuleCache: false,
    },
  }),
);
