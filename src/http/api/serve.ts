import { Hono, type MiddlewareHandler } from 'hono';
import { sameSiteOnly } from '../auth/same-site.ts';
import { apiPath } from '../client.ts';
import { type ApiParts, createApi } from './api.ts';
import { serveAudienceEdits } from './audience-edits.ts';
import { serveAuth } from './auth.ts';
import { serveMe } from './me.ts';
import { serveAudiences } from './audiences.ts';
import { serveRules } from './rules.ts';
import { serveOverview } from './overview.ts';
import { createDocument } from './document.ts';
import { docsPage } from './docs-page.ts';
import { serveConnections } from './connections.ts';
import { serveIntegrations } from './integrations.ts';
import { serveKeptOut } from './kept-out.ts';
import { serveModelRuns } from './model-runs.ts';
import { serveModels } from './models.ts';
import { serveProfiles } from './profiles.ts';
import { serveScenarios } from './scenarios.ts';
import { serveSources } from './sources.ts';
import { serveDatabases } from './databases.ts';
import { serveMembers } from './members.ts';
import { serveMetaAudiences } from './meta-audiences.ts';
import { servePlans } from './plans.ts';
import { serveRuns } from './runs.ts';
import { serveWriteKeys } from './write-keys.ts';

/** The API under /api/v1, its document at /openapi.json and a page to read it at /docs. */
export function apiRoutes(parts: ApiParts, authenticate: MiddlewareHandler): Hono {
  const api = createApi();
  api.use(async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
    context.header('x-content-type-options', 'nosniff');
  });
  api.use(sameSiteOnly(parts.signIn.parts.publicUrl));
  api.use(authenticate);
  serveAuth(api, parts);
  serveMe(api, parts);
  serveAudiences(api, parts);
  serveOverview(api, parts);
  serveConnections(api, parts);
  serveIntegrations(api, parts);
  serveKeptOut(api, parts);
  serveModelRuns(api, parts);
  serveModels(api, parts);
  serveProfiles(api, parts);
  serveScenarios(api, parts);
  serveSources(api, parts);
  serveRules(api, parts);
  serveAudienceEdits(api, parts);
  serveDatabases(api, parts);
  serveMembers(api, parts);
  serveMetaAudiences(api, parts);
  servePlans(api, parts);
  serveRuns(api, parts);
  serveWriteKeys(api, parts);

  const app = new Hono();
  app.route(apiPath, api);
  const document = createDocument(api);
  app.get('/openapi.json', (context) => context.json(document));
  app.route('/', docsPage());
  return app;
}
