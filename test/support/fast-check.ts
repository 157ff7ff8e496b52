import fc from 'fast-check';

/**
 * fast-check with one seed for all: what fails here fails everywhere, and again. To look further,
 * MUSTER_TEST_SEED takes another number, or `random`.
 */
const asked = process.env['MUSTER_TEST_SEED'] ?? '20261122';

if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });

export { fc };
