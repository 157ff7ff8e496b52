/** Something that is known against a package. */
export interface Finding {
  readonly text: string;
  /** High or critical. */
  readonly isGrave: boolean;
}

interface Advisory {
  readonly severity: string;
  readonly range?: string;
}

/**
 * What `npm audit --json` says (https://docs.npmjs.com/cli/commands/npm-audit, read 2026-11-22); null: it is no
 * answer of a registry.
 */
export function findingsOf(answer: string): readonly Finding[] | null {
  const { vulnerabilities } = parsed(answer);
  if (vulnerabilities === undefined) return null;
  return Object.entries(vulnerabilities).map(([name, { severity, range = '' }]) => ({
    text: `${severity}: ${name} ${range}`.trim(),
    isGrave: severity === 'high' || severity === 'critical',
  }));
}

function parsed(answer: string): { readonly vulnerabilities?: Record<string, Advisory> } {
  try {
    return JSON.parse(answer) as { readonly vulnerabilities?: Record<string, Advisory> };
  } catch {
    return {};
  }
}
