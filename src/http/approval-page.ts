import { createHash } from 'node:crypto';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { html, raw } from 'hono/html';
import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Approval, type Asker, approvalOfRun } from '#store/approvals.ts';
import { readLoginUser } from '#store/login-users.ts';
import { databaseNow } from '#store/overview.ts';
import { approve, refuse } from '#sync/approve.ts';
import { pageStyle } from './_page-style.ts';
import type { ApiParts } from './api/api.ts';
import { statusOf } from './api/problem.ts';
import { readApprovalLink } from './auth/approval-link.ts';
import { count, moment } from './words.ts';

type Html = ReturnType<typeof html>;

/**
 * Where the link of a letter leads. Looking shows what would happen and does nothing, since programs that
 * check mail open every link; only the button answers.
 */
export function approvalPage(
  { muster, signIn }: Pick<ApiParts, 'muster' | 'signIn'>,
  authenticate: MiddlewareHandler,
): Hono {
  const app = new Hono();
  app.use('/approval/*', authenticate);

  app.get('/approval/:token', async (context) => {
    const { question } = await read(context);
    return show(context, question.state === 'open' ? ask(question) : answered(question));
  });

  app.post('/approval/:token', async (context) => {
    const { question, person } = await read(context);
    const form = await context.req.parseBody();
    const note = typeof form['note'] === 'string' ? form['note'].trim().slice(0, NOTE_MAX) : '';
    const answer = { by: person, via: 'link', note: note === '' ? null : note } as const;
    if (form['answer'] === 'refuse') {
      await refuse(muster, question, answer);
      return show(context, said('Refused', 'Nothing of it goes.'));
    }
    const { runId } = await approve(muster, question, answer);
    return show(context, said('Approved', `Run ${runId} sends it now.`));
  });

  app.onError((error, context) => {
    const { code, message, next } = asMusterError(error);
    context.status(statusOf(code));
    return show(context, said(`${message}.`, next));
  });

  /** @throws MusterError APPROVAL_LINK_UNKNOWN, USER_UNKNOWN */
  const read = async ({ req }: Context): Promise<{ question: Approval; person: Asker }> => {
    const { store } = muster;
    const nowMs = (await databaseNow(store)).getTime();
    const secret = await signIn.parts.secret();
    const link = readApprovalLink(secret, req.param('token') ?? '', nowMs);
    const question = await approvalOfRun(store, link.runId);
    if (question === null || question.planChecksum !== link.planChecksum) {
      throw new MusterError('APPROVAL_STALE');
    }
    const { id, name } = await readLoginUser(store, link.personId);
    return { question, person: { kind: 'user', id, name, personId: id } };
  };
  return app;
}

const NOTE_MAX = 1_000;

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

function show(context: Context, body: Html): Response | Promise<Response> {
  context.header(
    'content-security-policy',
    `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  );
  context.header('cache-control', 'no-store');
  return context.html(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Muster: a second person is asked</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
<header><h1>Muster</h1></header>
<main>${body}</main>
</body>
</html>`);
}

function ask(question: Approval): Html {
  const { audience, adds, removes, updates, askedBy, askedAt, guardReasons, runId } = question;
  return html`<article>
<h2>May this run of ${audience} go?</h2>
<p>${askedBy.name} asked for it on <time datetime="${askedAt.toISOString()}">${moment(askedAt)}</time>. It is
more than one person alone may send, and nothing of it has gone.</p>
<dl>
<div><dt>People who would join</dt><dd>${count(adds)}</dd></div>
<div><dt>People who would leave</dt><dd>${count(removes)}</dd></div>
<div><dt>People who would change</dt><dd>${count(updates)}</dd></div>
<div><dt>Run</dt><dd>${runId}</dd></div>
</dl>
${guardReasons.length === 0 ? '' : html`<p><strong>The guard objects:</strong> ${guardReasons.join('; ')}.</p>`}
<form method="post">
<p><label for="note">A note, if you like</label></p>
<p><textarea id="note" name="note" rows="3" maxlength="${NOTE_MAX}"></textarea></p>
<p><button name="answer" value="approve">Approve</button>
<button name="answer" value="refuse">Refuse</button></p>
</form>
</article>`;
}

function answered({ state, decidedBy }: Approval): Html {
  if (state === 'stale') {
    return said('The run would be another one by now.', 'A new question comes with it.');
  }
  return said(`${decidedBy?.name ?? 'Somebody'} has answered already.`, 'There is nothing to do.');
}

function said(what: string, then: string): Html {
  return html`<article><h2>${what}</h2><p>${then}</p></article>`;
}
