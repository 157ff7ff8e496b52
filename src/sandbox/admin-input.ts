/**
 * The page in the browser speaks to the same addresses as programs do, in forms. A form becomes the
 * JSON that a program would have sent: empty fields are left out, whole numbers, true, false and null
 * are what they look like, and a name that ends in [] gathers a list.
 */
export async function jsonFromForm(request: Request): Promise<Request> {
  const form = new URLSearchParams(await request.text());
  const values: Record<string, unknown> = {};
  let method = 'POST';
  for (const [name, text] of form) {
    if (name === 'method') method = text;
    else if (name.endsWith('[]')) values[name.slice(0, -2)] = listOf(form.getAll(name));
    else if (text !== '') values[name] = valueOf(text);
  }
  const { url, headers: given } = request;
  const headers = new Headers(given);
  headers.set('content-type', 'application/json');
  headers.delete('content-length');
  return new Request(url, { method, headers, body: JSON.stringify(values) });
}

export function isForm(request: Request): boolean {
  const type = request.headers.get('content-type') ?? '';
  return request.method === 'POST' && type.startsWith('application/x-www-form-urlencoded');
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
