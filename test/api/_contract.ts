import * as accessRequests from '#http/contract/access-requests.ts';
import * as ads from '#http/contract/ads.ts';
import * as alerts from '#http/contract/alerts.ts';
import * as approvals from '#http/contract/approvals.ts';
import * as audienceEdits from '#http/contract/audience-edits.ts';
import * as audiences from '#http/contract/audiences.ts';
import * as audit from '#http/contract/audit.ts';
import * as auth from '#http/contract/auth.ts';
import * as connections from '#http/contract/connections.ts';
import * as databaseSettings from '#http/contract/database-settings.ts';
import * as databases from '#http/contract/databases.ts';
import * as errors from '#http/contract/errors.ts';
import * as imports from '#http/contract/imports.ts';
import * as integrations from '#http/contract/integrations.ts';
import * as keptOut from '#http/contract/kept-out.ts';
import * as lookalikes from '#http/contract/lookalikes.ts';
import * as me from '#http/contract/me.ts';
import * as members from '#http/contract/members.ts';
import * as metaAudiences from '#http/contract/meta-audiences.ts';
import * as metaLogins from '#http/contract/meta-logins.ts';
import * as modelRuns from '#http/contract/model-runs.ts';
import * as models from '#http/contract/models.ts';
import * as outgoing from '#http/contract/outgoing.ts';
import * as overview from '#http/contract/overview.ts';
import * as people from '#http/contract/people.ts';
import * as plans from '#http/contract/plans.ts';
import * as profiles from '#http/contract/profiles.ts';
import * as retention from '#http/contract/retention.ts';
import * as rules from '#http/contract/rules.ts';
import * as runs from '#http/contract/runs.ts';
import * as sample from '#http/contract/sample.ts';
import * as scenarios from '#http/contract/scenarios.ts';
import * as signInRules from '#http/contract/sign-in-rules.ts';
import * as sources from '#http/contract/sources.ts';
import * as status from '#http/contract/status.ts';
import * as traits from '#http/contract/traits.ts';
import * as upkeep from '#http/contract/upkeep.ts';
import * as webhooks from '#http/contract/webhooks.ts';
import * as writeKeys from '#http/contract/write-keys.ts';

/** Every contract file, for tests that look at all routes. */
export const contractModules: readonly object[] = [
  accessRequests,
  ads,
  alerts,
  approvals,
  audienceEdits,
  audiences,
  audit,
  auth,
  connections,
  databaseSettings,
  databases,
  errors,
  imports,
  integrations,
  keptOut,
  lookalikes,
  me,
  members,
  metaAudiences,
  metaLogins,
  modelRuns,
  models,
  outgoing,
  overview,
  people,
  plans,
  profiles,
  retention,
  rules,
  runs,
  sample,
  scenarios,
  signInRules,
  sources,
  status,
  traits,
  upkeep,
  webhooks,
  writeKeys,
];
