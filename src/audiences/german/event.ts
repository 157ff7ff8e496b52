import type { EventStep } from '../nodes/event-step.ts';
import type { When } from '../nodes/when.ts';
import type { EventNode } from '../nodes/event.ts';
import type { Phrase } from '../nodes/node.ts';
import { shown } from '../nodes/scalars.ts';
import { filterPhrase } from './filter.ts';
import { ageIn, boundsIn } from './values.ts';

export function eventPhrase(node: EventNode): Phrase {
  const said = spoken(node);
  return {
    yes: { text: `die Folgendes getan haben: ${said}`, joined: true },
    no: { text: `die Folgendes nicht getan haben: ${said}`, joined: true },
  };
}

export function eventLine(node: EventNode): string {
  return `getan: ${spoken(node)}`;
}

function spoken(node: EventNode): string {
  const { count, sum, average, first, last } = node;
  const parts = [`${stepIn(node)}${laterIn(node)}`];
  const window = whenIn(node);
  if (window !== '') parts.push(window);
  if (count !== undefined) parts.push(`${boundsIn(count)} Mal`);
  if (sum !== undefined) parts.push(`Summe von ${shown(sum.property)}: ${boundsIn(sum)}`);
  if (average !== undefined) {
    parts.push(`Durchschnitt von ${shown(average.property)}: ${boundsIn(average)}`);
  }
  if (first !== undefined) parts.push(`das erste Mal ${whenIn(first)}`);
  if (last !== undefined) parts.push(`das letzte Mal ${whenIn(last)}`);
  return parts.join(', ');
}

/** "Order Completed" (deren total mehr als 50 ist) */
function stepIn({ event, where }: EventStep): string {
  return where === undefined ? shown(event) : `${shown(event)} (${filterPhrase(where).yes.text})`;
}

/** und danach "Refund", höchstens 7 Tage später; or nothing */
function laterIn(step: EventStep): string {
  const later = (words: string, next: EventStep['followed_by']): string => {
    if (next === undefined) return '';
    const within = next.within === undefined ? '' : `, höchstens ${ageIn(next.within)} später`;
    return ` ${words} ${stepIn(next)}${within}${laterIn(next)}`;
  };
  return later('und danach', step.followed_by) + later('und danach nicht', step.not_followed_by);
}

/** höchstens 30 Tage her und vor 2026-07-01 */
function whenIn(when: When): string {
  const parts: string[] = [];
  if (when.within_last !== undefined) parts.push(`höchstens ${ageIn(when.within_last)} her`);
  if (when.older_than !== undefined) parts.push(`mehr als ${ageIn(when.older_than)} her`);
  if (when.after !== undefined) parts.push(`nach ${when.after}`);
  if (when.before !== undefined) parts.push(`vor ${when.before}`);
  return parts.join(' und ');
}
