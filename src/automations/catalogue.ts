import { presetKeys, presets } from './presets.ts';
import { triggerKeys, triggers } from './triggers.ts';

/** A way to start, and what has to be said with it. */
export interface StartKind {
  readonly key: string;
  /** Behind “whoever”. */
  readonly words: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

function startKind(key: string, words: string, params: readonly string[]): StartKind {
  const required = params.filter((param) => param.endsWith('!')).map((param) => param.slice(0, -1));
  const optional = params.filter((param) => !param.endsWith('!'));
  return { key, words, required, optional };
}

export const presetCatalogue: readonly StartKind[] = presetKeys.map((key) =>
  startKind(key, presets[key].words, presets[key].params),
);

export const eventCatalogue: readonly StartKind[] = triggerKeys.map((key) =>
  startKind(key, triggers[key].words, triggers[key].params),
);
