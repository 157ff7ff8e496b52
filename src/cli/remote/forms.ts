import { MusterError } from '#domain/errors/muster-error.ts';
import type { CommandSpec } from '../command.ts';
import type { RemoteForm } from './form.ts';
import { openServer } from './server.ts';

/** The commands that can ask a server; a file is loaded when one of its commands is called. */
const forms: Readonly<Record<string, () => Promise<RemoteForm>>> = {
  status: async () => (await import('./status.ts')).status,
  doctor: async () => (await import('./status.ts')).doctor,

  'audience list': async () => (await import('./audiences.ts')).list,
  'audience show': async () => (await import('./audiences.ts')).show,
  'audience details': async () => (await import('./audiences.ts')).details,
  'audience members': async () => (await import('./audiences.ts')).members,
  'audience count': async () => (await import('./audiences.ts')).count,
  'audience linked': async () => (await import('./audiences.ts')).linked,

  'audience create': async () => (await import('./audience-edits.ts')).create,
  'audience edit': async () => (await import('./audience-edits.ts')).edit,
  'audience pause': async () => (await import('./audience-edits.ts')).pause,
  'audience resume': async () => (await import('./audience-edits.ts')).resume,
  'audience schedule': async () => (await import('./audience-edits.ts')).schedule,

  sync: async () => (await import('./runs.ts')).sync,
  plan: async () => (await import('./runs.ts')).plan,
  apply: async () => (await import('./runs.ts')).apply,
  release: async () => (await import('./runs.ts')).release,
  approve: async () => (await import('./runs.ts')).approve,
  refuse: async () => (await import('./runs.ts')).refuse,
  'audience replay': async () => (await import('./runs.ts')).replay,
  'audience reset': async () => (await import('./runs.ts')).reset,
  'audience cancel': async () => (await import('./runs.ts')).cancel,
  why: async () => (await import('./people.ts')).why,
  'profile show': async () => (await import('./people.ts')).show,
  'profile search': async () => (await import('./people.ts')).search,
  'profile export': async () => (await import('./people.ts')).exportAll,
  consent: async () => (await import('./people.ts')).consent,
  forget: async () => (await import('./people.ts')).forget,
  'suppression show': async () => (await import('./kept-out.ts')).show,
  'suppression add': async () => (await import('./kept-out.ts')).add,
  'suppression remove': async () => (await import('./kept-out.ts')).remove,
  'hold-out': async () => (await import('./kept-out.ts')).holdOut,
  'events tail': async () => (await import('./events.ts')).tail,

  'connection list': async () => (await import('./places.ts')).connections,
  'integration list': async () => (await import('./places.ts')).integrations,
  'source list': async () => (await import('./places.ts')).sources,
  'model list': async () => (await import('./models.ts')).list,
  'model sync': async () => (await import('./models.ts')).sync,

  'key list': async () => (await import('./keys.ts')).list,
  'key create': async () => (await import('./keys.ts')).create,
  'key revoke': async () => (await import('./keys.ts')).revoke,
  'audit list': async () => (await import('./audit.ts')).list,
  'audit verify': async () => (await import('./audit.ts')).verify,

  'run list': async () => (await import('./run-history.ts')).list,
  'run show': async () => (await import('./run-history.ts')).show,
};

/** These work on what they are given, and need neither data nor a server. */
const anywhere: ReadonlySet<string> = new Set(['help', 'normalise']);

/** What a command does: on the data of this machine, or through the server that was named. */
export function formOf(name: string, spec: CommandSpec, url: string | null): CommandSpec['run'] {
  if (url === null || anywhere.has(name)) return spec.run;
  return async (session, command) => {
    const load = forms[name];
    if (load === undefined) throw new MusterError('COMMAND_LOCAL', `\`muster ${name}\``);
    const form = await load();
    return await form(openServer(session, url), session, command);
  };
}

/** Their names, for the reference. */
export const remoteCommands: readonly string[] = Object.keys(forms);
