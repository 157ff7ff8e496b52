import { latin, lowerCase } from './characters.ts';

// Whole names; an unambiguous start of three letters or more is understood as well.
const languages: readonly string[] = [
  'january february march april may june july august september october november december',
  'januar februar marz april mai juni juli august september oktober november dezember',
  'janner feber maerz april mai juni juli august september oktober november dezember',
  'janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre',
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
  'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
  'janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro',
  'januari februari maart april mei juni juli augustus september oktober november december',
  'styczen luty marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad grudzien',
  'ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik',
];

const months = new Map<string, number>();
for (const language of languages) {
  for (const [index, name] of language.split(' ').entries()) {
    for (let length = 3; length <= name.length; length += 1)
      claim(name.slice(0, length), index + 1);
  }
}
months.set('sept', 9);

/** A start that two months share (mar: March or, in no language, another) is nobody's. */
function claim(start: string, month: number): void {
  const taken = months.get(start);
  months.set(start, taken === undefined || taken === month ? month : 0);
}

/** 1-12 for a month's name or its abbreviation, null for anything else. */
export function monthOfName(text: string): number | null {
  const key = latin(lowerCase(text)).replace(/[^a-z]/g, '');
  return months.get(key) || null;
}
