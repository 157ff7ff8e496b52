import { alertErrors } from './alert.ts';
import { apiErrors } from './api.ts';
import { approvalErrors } from './approval.ts';
import { audienceErrors } from './audience.ts';
import { backupErrors } from './backup.ts';
import { cliErrors } from './cli.ts';
import { deliverErrors } from './deliver.ts';
import { importErrors } from './import.ts';
import { ingestErrors } from './ingest.ts';
import { metaErrors } from './meta.ts';
import { peopleErrors } from './people.ts';
import { ruleErrors } from './rule.ts';
import { sandboxErrors } from './sandbox.ts';
import { scheduleErrors } from './schedule.ts';
import { sourceErrors } from './source.ts';
import { storeErrors } from './store.ts';
import { wayErrors } from './way.ts';

/**
 * One entry a cause. `muster help CODE` prints it and docs/reference/errors.md is made from it,
 * so it is written for the person who meets it, not for us.
 */
export interface ErrorEntry {
  /** What happened, as a sentence without the final full stop. */
  readonly happened: string;
  /** The next step, as whole sentences. */
  readonly next: string;
  /** Exit code of a command that ends this way: 1 failed, 2 wrong use or refused input, 3 held. */
  readonly exitCode: 1 | 2 | 3;
}

export const catalogue = {
  ...alertErrors,
  ...apiErrors,
  ...approvalErrors,
  ...audienceErrors,
  ...backupErrors,
  ...cliErrors,
  ...deliverErrors,
  ...importErrors,
  ...ingestErrors,
  ...metaErrors,
  ...peopleErrors,
  ...ruleErrors,
  ...sandboxErrors,
  ...scheduleErrors,
  ...sourceErrors,
  ...storeErrors,
  ...wayErrors,
} satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof catalogue;
