/**
 * The API's contract: every route with what it takes and gives, and nothing of how. The page and the
 * commands take the type `Paths` from here and nothing else (`src/http/client.ts`).
 *
 * To add a resource: its schemas and routes in `contract/NAME.ts`, each with its `access`; its line
 * in `Paths`; its handlers in `api/NAME.ts`, thin, on what the commands use too; a line in
 * `api/serve.ts`.
 */
import type * as accessRequests from './contract/access-requests.ts';
import type * as ads from './contract/ads.ts';
import type * as alerts from './contract/alerts.ts';
import type * as approvals from './contract/approvals.ts';
import type * as audienceEdits from './contract/audience-edits.ts';
import type * as audiences from './contract/audiences.ts';
import type * as audit from './contract/audit.ts';
import type * as auth from './contract/auth.ts';
import type * as connections from './contract/connections.ts';
import type * as databaseSettings from './contract/database-settings.ts';
import type * as databases from './contract/databases.ts';
import type * as errors from './contract/errors.ts';
import type * as imports from './contract/imports.ts';
import type * as integrations from './contract/integrations.ts';
import type * as keptOut from './contract/kept-out.ts';
import type * as lookalikes from './contract/lookalikes.ts';
import type * as me from './contract/me.ts';
import type * as members from './contract/members.ts';
import type * as metaAudiences from './contract/meta-audiences.ts';
import type * as metaLogins from './contract/meta-logins.ts';
import type * as modelRuns from './contract/model-runs.ts';
import type * as models from './contract/models.ts';
import type * as outgoing from './contract/outgoing.ts';
import type * as overview from './contract/overview.ts';
import type * as people from './contract/people.ts';
import type * as plans from './contract/plans.ts';
import type * as profiles from './contract/profiles.ts';
import type * as retention from './contract/retention.ts';
import type * as signInRules from './contract/sign-in-rules.ts';
import type * as rules from './contract/rules.ts';
import type * as runs from './contract/runs.ts';
import type * as sample from './contract/sample.ts';
import type * as scenarios from './contract/scenarios.ts';
import type * as sources from './contract/sources.ts';
import type * as status from './contract/status.ts';
import type * as traits from './contract/traits.ts';
import type * as upkeep from './contract/upkeep.ts';
import type * as webhooks from './contract/webhooks.ts';
import type * as writeKeys from './contract/write-keys.ts';
import type { AnyRoute, PathsOf } from './contract/paths.ts';

/** What `createClient<Paths>` of openapi-fetch takes: every path, parameter, body and answer. */
export type Paths = PathsIn<typeof accessRequests> &
  PathsIn<typeof ads> &
  PathsIn<typeof alerts> &
  PathsIn<typeof approvals> &
  PathsIn<typeof audienceEdits> &
  PathsIn<typeof audiences> &
  PathsIn<typeof audit> &
  PathsIn<typeof auth> &
  PathsIn<typeof connections> &
  PathsIn<typeof databaseSettings> &
  PathsIn<typeof databases> &
  PathsIn<typeof errors> &
  PathsIn<typeof imports> &
  PathsIn<typeof integrations> &
  PathsIn<typeof keptOut> &
  PathsIn<typeof lookalikes> &
  PathsIn<typeof me> &
  PathsIn<typeof members> &
  PathsIn<typeof metaAudiences> &
  PathsIn<typeof metaLogins> &
  PathsIn<typeof modelRuns> &
  PathsIn<typeof models> &
  PathsIn<typeof outgoing> &
  PathsIn<typeof overview> &
  PathsIn<typeof people> &
  PathsIn<typeof plans> &
  PathsIn<typeof profiles> &
  PathsIn<typeof retention> &
  PathsIn<typeof signInRules> &
  PathsIn<typeof rules> &
  PathsIn<typeof runs> &
  PathsIn<typeof sample> &
  PathsIn<typeof scenarios> &
  PathsIn<typeof sources> &
  PathsIn<typeof status> &
  PathsIn<typeof traits> &
  PathsIn<typeof upkeep> &
  PathsIn<typeof webhooks> &
  PathsIn<typeof writeKeys>;

/** Of all that a contract file exports, the routes. File by file, since the compiler looks at each with each. */
type PathsIn<M> = PathsOf<Extract<M[keyof M], AnyRoute & { readonly 'x-access': unknown }>>;
