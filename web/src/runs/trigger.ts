import type { english } from '../words/english.ts';

/** What a run was asked for by, as the API names it. */
export type Trigger = keyof typeof english.runs.triggers;
