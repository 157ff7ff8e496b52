import { html } from 'hono/html';
import { isFromElsewhere } from './admin-input.ts';
import { type Grant, issueCode } from './login-codes.ts';
import { splitScopes } from './oauth.ts';
import { type Html, pageAnswer } from './page-frame.ts';
import type { Simulation } from './simulation.ts';
import { listAccounts, person } from './world.ts';

/** What an app asks for when it sends somebody to the dialog. */
interface Asked {
  readonly redirectUri: URL;
  /** As it was given: the exchange has to name the very same text. */
  readonly redirectText: string;
  readonly state: string | null;
  readonly scopes: readonly string[];
  readonly challenge: Grant['challenge'];
}

/**
 * The page on which a person grants an app what it asks for, or does not
 * (https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow, read 2026-09-12).
 * GET shows it, POST decides and sends the browser back to the app.
 */
export async function answerDialog(simulation: Simulation, request: Request): Promise<Response> {
  const asked = readAsked(simulation, new URL(request.url).searchParams);
  if (typeof asked === 'string') return refusalPage(asked);
  if (request.method !== 'POST') {
    const body = dialogBody(simulation, asked);
    const formTarget = asked.redirectUri.origin;
    return pageAnswer({ title: 'Log in (sandbox)', body, formTarget });
  }
  if (isFromElsewhere(request)) return refusalPage('The answer came from another site.');
  const decided = new URLSearchParams(await request.text());
  return sendBack(asked, decisionOf(simulation, asked, decided));
}

/** What goes back to the app, in Meta's words. */
function decisionOf(
  simulation: Simulation,
  { scopes: asked, redirectText, challenge }: Asked,
  decided: URLSearchParams,
): Record<string, string> {
  if (decided.get('decision') !== 'grant') {
    return {
      error: 'access_denied',
      error_code: '200',
      error_description: 'Permissions error',
      error_reason: 'user_denied',
    };
  }
  const granted = decided.getAll('scope');
  const scopes = asked.filter((scope) => granted.includes(scope));
  const declined = asked.filter((scope) => !granted.includes(scope));
  const accounts = decided.has('every_account') ? null : decided.getAll('account');
  const grant = { redirectUri: redirectText, challenge, scopes, declined, accounts };
  return { code: simulation.state.transact(() => issueCode(simulation, grant)) };
}

function sendBack({ redirectUri, state }: Asked, answer: Record<string, string>): Response {
  const location = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) location.searchParams.set(name, value);
  if (state !== null) location.searchParams.set('state', state);
  // Meta adds this to every redirect address, and apps have to live with it.
  location.hash = '_=_';
  return new Response(null, { status: 302, headers: { location: location.href } });
}

/** What is asked for, or in words why that cannot be answered. */
function readAsked({ world }: Simulation, params: URLSearchParams): Asked | string {
  if (params.get('client_id') !== world.app.id) return 'Invalid App ID: there is no such app.';
  const redirectText = params.get('redirect_uri') ?? '';
  const redirectUri = URL.canParse(redirectText) ? new URL(redirectText) : null;
  if (redirectUri === null || !/^https?:$/.test(redirectUri.protocol)) {
    return 'URL blocked: redirect_uri is missing or is no web address.';
  }
  const type = params.get('response_type') ?? 'code';
  if (type !== 'code') return `The sandbox gives codes only, and response_type is ${type}.`;
  const challengeText = params.get('code_challenge');
  const method = params.get('code_challenge_method') ?? 'plain';
  if (method !== 'plain' && method !== 'S256') return `There is no challenge method ${method}.`;
  return {
    redirectUri,
    redirectText,
    state: params.get('state'),
    scopes: ['public_profile', ...splitScopes(params.get('scope'))].filter(
      (scope, place, all) => all.indexOf(scope) === place,
    ),
    challenge: challengeText === null ? null : { text: challengeText, method },
  };
}

function dialogBody(simulation: Simulation, { redirectUri, scopes }: Asked): Html {
  const { app } = simulation.world;
  return html`<main class="card narrow">
<h1>Log in as ${person.name}</h1>
<p><strong>${app.name}</strong> at ${redirectUri.host} asks to act for you.</p>
<form method="post">
<fieldset><legend>It may</legend>
${scopes.map((scope) => choice({ name: 'scope', value: scope, words: scope, isFixed: scope === 'public_profile' }))}
</fieldset>
<fieldset><legend>In these ad accounts</legend>
${choice({ name: 'every_account', value: '1', words: 'All, also those that come later' })}
${listAccounts(simulation.state).map(({ id, name }) => choice({ name: 'account', value: id, words: `${name} (${id})` }))}
</fieldset>
<div class="row">
<button class="main" name="decision" value="grant">Continue as ${person.name}</button>
<button name="decision" value="deny">Not now</button>
</div>
</form>
</main>`;
}

function choice(given: { name: string; value: string; words: string; isFixed?: boolean }): Html {
  const { name, value, words, isFixed = false } = given;
  // A box that cannot be emptied is not sent by browsers, so what is fixed is sent apart.
  return html`<label class="choice"><input type="checkbox" name="${name}" value="${value}" checked${isFixed ? ' disabled' : ''}>${words}</label>
${isFixed ? html`<input type="hidden" name="${name}" value="${value}">` : ''}`;
}

function refusalPage(why: string): Promise<Response> {
  const body = html`<main class="card narrow"><h1>This login cannot go on</h1><p>${why}</p></main>`;
  return pageAnswer({ title: 'Login refused (sandbox)', body, status: 400 });
}
