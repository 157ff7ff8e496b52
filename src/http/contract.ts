/**
 * The API's contract: every route with what it takes and gives, and nothing of how. The page and the
 * commands take the type `Paths` from here and nothing else (`src/http/client.ts`).
 *
 * To add a resource: its schemas and routes in `contract/NAME.ts`, each with its `access`; its line
 * in `Modules`; its handlers in `api/NAME.ts`, thin, on what the commands use too; a line in
 * `api/serve.ts`.
 */
import type * as audienceEdits from './contract/audience-edits.ts';
import type * as audiences from './contract/audiences.ts';
import type * as connections from './contract/connections.ts';
import type * as databaseSettings from './contract/database-settings.ts';
import type * as databases from './contract/databases.ts';
import type * as imports from './contract/imports.ts';
import type * as integrations from './contract/integrations.ts';
import type * as keptOut from './contract/kept-out.ts';
import type * as lookalikes from './contract/lookalikes.ts';
import type * as members from './contract/members.ts';
import type * as metaAudiences from './contract/meta-audiences.ts';
import type * as audit from './contract/audit.ts';
import type * as auth from './contract/auth.ts';
import type * as people from './contract/people.ts';
import type * as me from './contract/me.ts';
import type * as modelRuns from './contract/model-runs.ts';
import type * as models from './contract/models.ts';
import type * as overview from './contract/overview.ts';
import type { PathsOf } from './contract/paths.ts';
import type * as plans from './contract/plans.ts';
import type * as profiles from './contract/profiles.ts';
import type * as rules from './contract/rules.ts';
import type * as runs from './contract/runs.ts';
import type * as scenarios from './contract/scenarios.ts';
import type * as sources from './contract/sources.ts';
import type * as traits from './contract/traits.ts';
import type * as writeKeys from './contract/write-keys.ts';
import type * as alerts from './contract/alerts.ts';
import type * as retention from './contract/retention.ts';
import type * as webhooks from './contract/webhooks.ts';

type Modules =
  | typeof webhooks
  | typeof retention
  | typeof alerts
  | typeof audienceEdits
  | typeof audiences
  | typeof connections
  | typeof databaseSettings
  | typeof databases
  | typeof imports
  | typeof integrations
  | typeof keptOut
  | typeof lookalikes
  | typeof members
  | typeof metaAudiences
  | typeof audit
  | typeof auth
  | typeof people
  | typeof me
  | typeof modelRuns
  | typeof models
  | typeof overview
  | typeof plans
  | typeof profiles
  | typeof rules
  | typeof runs
  | typeof scenarios
  | typeof sources
  | typeof traits
  | typeof writeKeys;

/** What `createClient<Paths>` of openapi-fetch takes: every path, parameter, body and answer. */
export type Paths = PathsOf<RouteIn<Modules>>;

/** Of everything that a contract file exports, the routes. */
type RouteIn<M> = M extends object ? Extract<M[keyof M], { readonly 'x-access': unknown }> : never;
