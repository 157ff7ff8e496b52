import { readFileSync } from 'node:fs';
import { asciiDigits, lowerCase, withoutInvisible } from './characters.ts';
import { countryNameKey } from './country-name-key.ts';
import { firstLookHashed } from './first-look.ts';
import { isTooLong, type Outcome, unusable, value } from './outcome.ts';

const label = 'country';
const article = /^the(?=.{4})|(?<=.{4})the$/;
const flag = /^[\u{1f1e6}-\u{1f1ff}]{2}$/u;
const betweenNames = /[()/|,]|\s[-–—]\s/;

// ISO 3166-1 alpha-2 (https://www.iso.org/obp/ui, read 2026-11-22) and XK, which banks and
// Meta's own country lists use for Kosovo.
const alpha2 = new Set(
  (
    'ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs ' +
    'bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee ' +
    'eg eh er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm ' +
    'hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc ' +
    'li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na ' +
    'nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw ' +
    'sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to ' +
    'tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws xk ye yt za zm zw'
  ).split(' '),
);

// What people write and no table of names has.
const everydayNames = new Map(
  Object.entries({
    uk: 'gb',
    el: 'gr',
    usa: 'us',
    america: 'us',
    unitedstates: 'us',
    theunitedstates: 'us',
    theunitedstatesofamerica: 'us',
    greatbritain: 'gb',
    britain: 'gb',
    england: 'gb',
    scotland: 'gb',
    wales: 'gb',
    northernireland: 'gb',
    unitedkingdomofgreatbritain: 'gb',
    holland: 'nl',
    thenetherlands: 'nl',
    uae: 'ae',
    emirates: 'ae',
    russia: 'ru',
    southkorea: 'kr',
    northkorea: 'kp',
    korea: 'kr',
    republicofkorea: 'kr',
    czechia: 'cz',
    czechrepublic: 'cz',
    ivorycoast: 'ci',
    macedonia: 'mk',
    burma: 'mm',
    swaziland: 'sz',
    capeverde: 'cv',
    easttimor: 'tl',
    vatican: 'va',
    vaticancity: 'va',
    republicofireland: 'ie',
    eire: 'ie',
    brd: 'de',
    drc: 'cd',
    bundesrepublikdeutschland: 'de',
    prc: 'cn',
    mainlandchina: 'cn',
    hongkongsar: 'hk',
    macau: 'mo',
    kosovo: 'xk',
    xkx: 'xk',
    palestine: 'ps',
    syria: 'sy',
    iran: 'ir',
    laos: 'la',
    tanzania: 'tz',
    bolivia: 'bo',
    venezuela: 've',
    moldova: 'md',
    brunei: 'bn',
    micronesia: 'fm',
    turkiye: 'tr',
    bosnia: 'ba',
    estadosunidos: 'us',
    eeuu: 'us',
    eua: 'us',
    etatsunis: 'us',
    statiuniti: 'us',
    vereinigtestaaten: 'us',
    reinounido: 'gb',
    royaumeuni: 'gb',
    regnounito: 'gb',
    grossbritannien: 'gb',
    vereinigteskonigreich: 'gb',
    angleterre: 'gb',
    inglaterra: 'gb',
    schottland: 'gb',
    nireland: 'gb',
    greatbritainandnorthernireland: 'gb',
    greatbritainnorthernireland: 'gb',
    ksa: 'sa',
    kingdomofsaudiarabia: 'sa',
    rok: 'kr',
    dprk: 'kp',
    prchina: 'cn',
    republicofchina: 'tw',
    slovakrepublic: 'sk',
    czechrep: 'cz',
    dominicanrep: 'do',
    federalrepublicofgermany: 'de',
    nippon: 'jp',
    laopdr: 'la',
    fyrom: 'mk',
    macausar: 'mo',
    trinidad: 'tt',
    saotome: 'st',
    stvincent: 'vc',
    stkitts: 'kn',
    antigua: 'ag',
    stbarts: 'bl',
    democraticrepubliccongo: 'cd',
    republicofthecongo: 'cg',
    pilipinas: 'ph',
    mejico: 'mx',
    საქართველო: 'ge',
    հայաստան: 'am',
    الامارات: 'ae',
    ประเทศไทย: 'th',
  }),
);

let names: ReadonlyMap<string, string> | null = null;

/** Read on first need: most rows carry a code, and every command would pay for it at start. */
function countryNames(): ReadonlyMap<string, string> {
  names ??= new Map(
    Object.entries(
      JSON.parse(readFileSync(new URL('./country-names.json', import.meta.url), 'utf8')) as Record<
        string,
        string
      >,
    ),
  );
  return names;
}

/** ISO 3166-1 alpha-2 in lower case, from a code or a name in one of many languages. */
export function normaliseCountry(raw: string): Outcome {
  const text = flag.test(raw.trim()) ? lettersOfFlag(raw.trim()) : raw.trim();
  if (text.length === 2) {
    const code = text.toLowerCase();
    if (alpha2.has(code)) return value(code);
  }
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  const code = countryCode(text);
  return code === null ? unusable(`${label}: not a country we know`) : value(code);
}

/** A flag is its country's two letters in characters of their own. */
function lettersOfFlag(text: string): string {
  return [...text]
    .map((symbol) => String.fromCharCode((symbol.codePointAt(0) ?? 0) - 0x1f185))
    .join('');
}

/** Every alpha-2 code, in lower case. */
export function allCountries(): readonly string[] {
  return [...alpha2];
}

/** The country of a row as the rules of its other values need it: alpha-2, upper-case, or null. */
export function countryOfRow(raw: string): string | null {
  if (isTooLong(raw)) return null;
  const outcome = normaliseCountry(raw);
  return outcome.kind === 'value' ? outcome.normalised.toUpperCase() : null;
}

/** The alpha-2 code in lower case of a code or name, or of both together: "Germany (DE)". */
function countryCode(text: string): string | null {
  const whole = lookUp(text);
  if (whole !== null) return whole;
  const parts = text.split(betweenNames).filter((part) => part.trim() !== '');
  if (parts.length < 2) return null;
  // "Korea, South" and "Bahamas, The"
  const turned = parts.length === 2 ? lookUp(parts.toReversed().join(' ')) : null;
  const [first = null, ...others] = parts.map(lookUp);
  return turned ?? (others.every((code) => code === first) ? first : null);
}

function lookUp(text: string): string | null {
  const key = countryNameKey(asciiDigits(withoutInvisible(lowerCase(text)).normalize('NFKC')));
  if (key.length === 2 && alpha2.has(key)) return key;
  return named(key) ?? named(key.replace(article, ''));
}

function named(key: string): string | null {
  return everydayNames.get(key) ?? countryNames().get(key)?.toLowerCase() ?? null;
}
