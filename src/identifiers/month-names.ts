import { latin, lowerCase } from './characters.ts';

// From January to December in English, German, Austrian German, French, Spanish, Italian,
// Portuguese, Dutch, Swedish, Norwegian, Danish, Polish (also in the genitive), Turkish, Indonesian
// and Russian (genitive), without accents. A start of three letters or more is understood as well.
const languages: readonly string[] = [
  'january february march april may june july august september october november december',
  'januar februar marz april mai juni juli august september oktober november dezember',
  'janner feber maerz april mai juni juli august september oktober november dezember',
  'janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre',
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
  'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
  'janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro',
  'januari februari maart april mei juni juli augustus september oktober november december',
  'januari februari mars april maj juni juli augusti september oktober november december',
  'januar februar mars april mai juni juli august september oktober november desember',
  'januar februar marts april maj juni juli august september oktober november december',
  'styczen luty marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad grudzien',
  'stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia',
  'ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik',
  'januari februari maret april mei juni juli agustus september oktober november desember',
  'января февраля марта апреля мая июня июля августа сентября октября ноября декабря',
];

const months = new Map<string, number>();
for (const language of languages) {
  for (const [index, name] of language.split(' ').entries()) {
    for (let end = 3; end <= name.length; end += 1) claim(name.slice(0, end), index + 1);
  }
}

/** A start that two months share (jui: juin or juillet) is nobody's. */
function claim(start: string, month: number): void {
  const taken = months.get(start);
  months.set(start, taken === undefined || taken === month ? month : 0);
}

/** 1-12 for a month's name or its abbreviation, null for anything else. */
export function monthOfName(text: string): number | null {
  const key = latin(lowerCase(text)).replace(/[^\p{L}]/gu, '');
  return months.get(key) || null;
}
