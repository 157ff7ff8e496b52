import { Hono, type MiddlewareHandler } from 'hono';
import { sameSiteOnly } from '../auth/same-site.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { approvalPage } from '../approval-page.ts';
import { apiPath } from '../client.ts';
import { type ApiParts, createApi } from './api.ts';
import { serveAccessRequests } from './access-requests.ts';
import { serveApprovals } from './approvals.ts';
import { serveAudienceEdits } from './audience-edits.ts';
import { serveAuth } from './auth.ts';
import { serveAudit } from './audit.ts';
import { serveMe } from './me.ts';
import { serveKeys, servePeople } from './people.ts';
import { serveAudiences } from './audiences.ts';
import { serveRules } from './rules.ts';
import { serveOverview } from './overview.ts';
import { serveAds } from './ads.ts';
import { serveAlerts } from './alerts.ts';
import { serveRetention } from './retention.ts';
import { serveSignInRules } from './sign-in-rules.ts';
import { serveWebhooks } from './webhooks.ts';
import { createDocument } from './document.ts';
import { docsPage } from './docs-page.ts';
import { serveConnections } from './connections.ts';
import { serveDatabaseSettings } from './database-settings.ts';
import { serveErrors } from './errors.ts';
import { serveImports } from './imports.ts';
import { serveIntegrations } from './integrations.ts';
import { serveKeptOut } from './kept-out.ts';
import { serveLookalikes } from './lookalikes.ts';
import { serveModelRuns } from './model-runs.ts';
import { serveModels } from './models.ts';
import { serveSample } from './sample.ts';
import { serveOutgoing } from './outgoing.ts';
import { serveProfiles } from './profiles.ts';
import { serveScenarios } from './scenarios.ts';
import { serveSources } from './sources.ts';
import { serveDatabases } from './databases.ts';
import { serveMembers } from './members.ts';
import { serveMetaAudiences } from './meta-audiences.ts';
import { serveMetaLogins } from './meta-logins.ts';
import { servePlans } from './plans.ts';
import { serveRuns } from './runs.ts';
import { serveStatus } from './status.ts';
import { serveTraits } from './traits.ts';
import { serveUpkeep } from './upkeep.ts';
import { serveWriteKeys } from './write-keys.ts';

/** A rule may be 4 MiB; nothing else comes near. */
const JSON_BYTES_MAX = 6 * 1024 * 1024;

/** Files and lists of people come as streams, and know their own limits. */
const limitJson: MiddlewareHandler = async ({ req }, next) => {
  if (req.header('content-type')?.startsWith('application/json') === true) {
    const bytes = Number(req.header('content-length') ?? 0);
    if (bytes > JSON_BYTES_MAX) throw new MusterError('API_TOO_LARGE', `${bytes} bytes`);
    if (req.header('transfer-encoding') !== undefined) {
      throw new MusterError('API_REQUEST_INVALID', 'JSON needs a Content-Length');
    }
  }
  await next();
};

/** The API under /api/v1, its document at /openapi.json and a page to read it at /docs. */
export function apiRoutes(parts: ApiParts, authenticate: MiddlewareHandler): Hono {
  const api = createApi();
  api.use(async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
    context.header('x-content-type-options', 'nosniff');
  });
  api.use(sameSiteOnly(parts.signIn.parts.publicUrl));
  api.use(limitJson);
  api.use(authenticate);
  serveAuth(api, parts);
  serveMe(api, parts);
  servePeople(api, parts);
  serveKeys(api, parts);
  serveAudit(api, parts);
  serveAudiences(api, parts);
  serveOverview(api, parts);
  serveConnections(api, parts);
  serveDatabaseSettings(api, parts);
  serveErrors(api, parts);
  serveImports(api, parts);
  serveIntegrations(api, parts);
  serveKeptOut(api, parts);
  serveLookalikes(api, parts);
  serveModelRuns(api, parts);
  serveModels(api, parts);
  serveOutgoing(api, parts);
  serveProfiles(api, parts);
  serveAccessRequests(api, parts);
  serveSample(api, parts);
  serveScenarios(api, parts);
  serveSources(api, parts);
  serveRules(api, parts);
  serveAudienceEdits(api, parts);
  serveDatabases(api, parts);
  serveMembers(api, parts);
  serveMetaAudiences(api, parts);
  serveMetaLogins(api, parts);
  servePlans(api, parts);
  serveRuns(api, parts);
  serveApprovals(api, parts);
  serveStatus(api, parts);
  serveTraits(api, parts);
  serveWebhooks(api, parts);
  serveRetention(api, parts);
  serveSignInRules(api, parts);
  serveAds(api, parts);
  serveAlerts(api, parts);
  serveUpkeep(api, parts);
  serveWriteKeys(api, parts);

  const app = new Hono();
  app.route(apiPath, api);
  const document = createDocument(api);
  app.get('/openapi.json', (context) => context.json(document));
  app.route('/', docsPage());
  app.route('/', approvalPage(parts, authenticate));
  return app;
}
