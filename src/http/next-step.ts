import type { Overview } from './overview.ts';

type Known = Pick<Overview, 'databases' | 'integrations' | 'audiences' | 'connections'>;

/** What helps most now, as a command where there is one. The first that applies counts. */
export function nextStep({ databases, integrations, audiences, connections }: Known): string {
  const stopped = connections.find(({ state }) => state !== 'ok' && state !== 'ends soon');
  if (stopped !== undefined) return `${stopped.next ?? ''} (connection ${quoted(stopped.name)})`;
  const held = audiences.find(({ heldRunId }) => heldRunId !== null);
  if (held !== undefined) {
    if (held.heldForApproval) {
      return `A second person looks with \`muster plan ${quoted(held.name)}\`, then \`muster approve ${held.heldRunId} --by ADDRESS\``;
    }
    return `Look at the held removals with \`muster plan ${quoted(held.name)}\`, then \`muster release ${held.heldRunId} --by YOUR_NAME\``;
  }
  const failed = audiences.find(({ lastRun }) => lastRun?.state === 'failed');
  if (failed !== undefined) {
    const advice = failed.lastRun?.error?.next ?? 'The next run goes on from where it stood.';
    return `${advice} Then \`muster sync ${quoted(failed.name)}\``;
  }
  if (databases.every(({ profiles }) => profiles === 0)) {
    return '`muster demo` shows everything on made-up people; `muster import FILE.csv --country CODE` takes your own';
  }
  if (integrations.length === 0) {
    return '`muster connect --sandbox` to try without Meta (with `muster sandbox` in another terminal), or `muster connect --ad-account ID --token-file FILE` (`muster connect --guide` says how to come by both)';
  }
  if (audiences.length === 0) return '`muster audience create NAME --rule FILE`';
  const behind = audiences.filter(({ state }) => state !== 'up to date');
  const [first] = behind;
  if (first === undefined) return 'Nothing: every audience is up to date';
  return behind.length === 1 ? `\`muster sync ${quoted(first.name)}\`` : '`muster sync --all`';
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : JSON.stringify(name);
}
