import * as audiences from '#http/contract/audiences.ts';
import * as overview from '#http/contract/overview.ts';

/** Every contract file, for tests that look at all routes. */
export const contractModules: readonly object[] = [audiences, overview];
