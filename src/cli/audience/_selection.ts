import type { Selection } from '#sync/by-hand.ts';
import { nobody } from '#sync/by-hand.ts';
import { readPeopleFile, splitPeople } from '#sync/people-list.ts';
import { parseRuleText } from '#audiences/rule.ts';
import { readRuleFile } from '../rule-file.ts';
import type { Session } from '../session.ts';
import { readTextFile } from '../text-file.ts';

export const selectorHelp = `WHO is a rule (a file that ends in .json, or JSON itself), a list (a file that ends in .csv, .txt,
.xlsx or .parquet; - for standard input), or ids and e-mail addresses as they are, with , ; or |
between several.`;

/** People by selectors as `--include` takes them. */
export async function readSelectors(
  session: Session,
  selectors: readonly string[],
): Promise<Selection> {
  let selection = nobody;
  for (const selector of selectors) {
    selection = joined(selection, await readSelector(session, selector));
  }
  return selection;
}

async function readSelector(session: Session, selector: string): Promise<Partial<Selection>> {
  if (/^\s*\{/.test(selector)) return { rules: [parseRuleText(selector)] };
  if (/\.json$/i.test(selector)) return { rules: [await readRuleFile(session, selector)] };
  if (
    selector === '-' ||
    /\.(csv|tsv|txt|xlsx|parquet|ndjson|jsonl)(\.gz|\.zip)?$/i.test(selector)
  ) {
    return await readList(session, selector);
  }
  return splitPeople(selector);
}

/** Ids and e-mail addresses of a file, or of standard input. */
export async function readList(session: Session, path: string): Promise<Partial<Selection>> {
  const readText = () => readTextFile(session, path);
  return path === '-' ? splitPeople(await readText()) : await readPeopleFile(path, readText);
}

export function joined(a: Selection, b: Partial<Selection>): Selection {
  return {
    rules: [...a.rules, ...(b.rules ?? [])],
    ids: [...a.ids, ...(b.ids ?? [])],
    emails: [...a.emails, ...(b.emails ?? [])],
  };
}
