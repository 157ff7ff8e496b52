/**
 * The page in the browser speaks to the same addresses as programs do, in forms. A form becomes the
 * JSON that a program would have sent: empty fields are left out, whole numbers, true, false and null
 * are what they look like, and a name that ends in [] gathers a list. Null for what is no form: curl
 * calls everything one, JSON too.
 */
export function jsonFromForm(
  text: string,
): { method: string; values: Record<string, unknown> } | null {
  if (text.trimStart().startsWith('{')) return null;
  const form = new URLSearchParams(text);
  const values: Record<string, unknown> = {};
  for (const [name, given] of form) {
    if (name === 'method') continue;
    if (name.endsWith('[]')) values[name.slice(0, -2)] = listOf(form.getAll(name));
    else if (given !== '') values[name] = valueOf(given);
  }
  return { method: form.get('method') ?? 'POST', values };
}

/** The empty field that stands for a list of none is not one of its items. */
function listOf(texts: readonly string[]): unknown[] {
  return texts.filter((text) => text !== '');
}

function valueOf(text: string): unknown {
  if (/^(?:true|false|null|-?\d{1,15})$/.test(text)) return JSON.parse(text) as unknown;
  return text;
}

/** A call that changes something and comes from a page of another origin: not from us, so not done. */
export function isFromElsewhere(request: Request): boolean {
  const origin = request.headers.get('origin');
  return origin !== null && origin !== new URL(request.url).origin;
}

/** The body as an object; null where it is none. */
export async function readJson(request: Request): Promise<Record<string, unknown> | null> {
  try {
    const body: unknown = await request.json();
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

export function refuse(error: string, status = 400): Response {
  return Response.json({ error }, { status });
}
