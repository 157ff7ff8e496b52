import { createLog } from '#config/log.ts';

/** For tests that look at what was done, and not at what was said about it. */
export const silentLog = createLog('text', () => {}, Date.now);
