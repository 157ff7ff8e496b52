import { z } from 'zod';
import { readJson, refuse } from './admin-input.ts';
import type { Simulation } from './simulation.ts';
import { findAccount, keepAccount, listAccounts, makeAccount, tasksKnown } from './world.ts';

const accountWanted = z.strictObject({
  name: z.string().min(1).max(200),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  timeZone: z.string().min(1).optional(),
  hasAcceptedTerms: z.boolean().optional(),
  owner: z.enum(['own', 'partner']).nullable().optional(),
  tasks: z.array(z.enum(tasksKnown)).optional(),
  status: z.int().positive().optional(),
  disableReason: z.int().nonnegative().optional(),
  capabilities: z.array(z.string()).optional(),
});
const accountChange = accountWanted.partial();

/** GET and POST /_sandbox/accounts, POST /_sandbox/accounts/act_X: what the ad accounts are like. */
export async function answerAccounts(
  { state }: Simulation,
  request: Request,
  id: string | undefined,
): Promise<Response> {
  if (request.method === 'GET') return Response.json({ accounts: listAccounts(state) });
  const body = await readJson(request);
  if (id === undefined) {
    const wanted = accountWanted.safeParse(body);
    if (!wanted.success) return refuse(z.prettifyError(wanted.error));
    return Response.json(makeAccount(state, defined(wanted.data)));
  }
  const account = findAccount(state, id);
  if (account === null) return refuse(`There is no ad account ${id}`, 404);
  const change = accountChange.safeParse(body);
  if (!change.success) return refuse(z.prettifyError(change.error));
  keepAccount(state, { ...account, ...defined(change.data) });
  return Response.json(findAccount(state, id));
}

/** Without the names whose value is undefined. */
function defined<T extends object>(given: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(named) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
