import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { pageStyle } from './_page-style.ts';

export type Html = ReturnType<typeof html>;

interface PageWanted {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  /** Runs in the browser; the page works without it. */
  readonly script?: string;
  /** Where its forms may end up besides the sandbox itself: browsers hold redirects to that too. */
  readonly formTarget?: string;
}

/** A whole page that needs nothing from anywhere else, and lets nothing else in. */
export async function pageAnswer(wanted: PageWanted): Promise<Response> {
  const { title, body, status = 200, script = '', formTarget = '' } = wanted;
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(pageStyle)}</style>
</head>
<body>
<aside class="simulated" aria-label="Sandbox"><strong>Sandbox.</strong> A simulated Meta on this machine. Everything here is made up, and nothing goes to Meta.</aside>
${body}
${script === '' ? '' : html`<script>${raw(script)}</script>`}
</body>
</html>
`;
  const sources = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${sha256(pageStyle)}'`,
    ...(script === '' ? [] : [`script-src '${sha256(script)}'`, "connect-src 'self'"]),
    `form-action 'self' ${formTarget}`.trim(),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return new Response(String(await text), {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': sources.join('; '),
      'x-content-type-options': 'nosniff',
      // Not no-referrer: browsers would then send forms of ours as coming from nowhere.
      'referrer-policy': 'same-origin',
    },
  });
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
