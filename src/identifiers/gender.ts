import { latin, lowerCase } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';

const label = 'gender';

const male =
  'm male man men boy mr mister sir mann mannlich maennlich herr homme h masculin masculino hombre' +
  ' varon maschio maschile uomo homem man mannelijk mezczyzna kerek erkek bay muz muski mies mann' +
  ' mand guy gentleman м муж мужской мужчина чоловік чоловіча 男 男性 남 남성 남자 ذكر זכר';
const female =
  'f female woman women girl w ms mrs miss frau weiblich femme feminin feminine femenino feminino' +
  ' mujer hembra femmina femminile donna mulher vrouw vrouwelijk kobieta kvinna kvinde kvinne kadin' +
  ' bayan zena zenski nainen lady ж жен женский женщина жінка жіноча 女 女性 여 여성 여자 أنثى נקבה';

const letters = new Map<string, 'm' | 'f'>();
for (const word of male.split(' ')) letters.set(key(word), 'm');
for (const word of female.split(' ')) letters.set(key(word), 'f');

/** m or f, from words of many languages; anything else is unusable rather than guessed. */
export function normaliseGender(raw: string): Outcome {
  const text = raw.trim();
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  const gender = letters.get(key(text));
  return gender === undefined ? unusable(`${label}: neither male nor female`) : value(gender);
}

function key(text: string): string {
  return latin(lowerCase(text)).replace(/[^\p{L}\p{N}]/gu, '');
}
