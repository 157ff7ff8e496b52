import { latin, lowerCase } from './characters.ts';
import { firstLookHashed } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';

const label = 'gender';

// Forms of address and words for the sex in the languages of Europe and some others; then the words
// for family and rank that Meta's parameter builder understands (capi-param-builder 1.3.2, 2026-11).
const male =
  'm male man men boy mr mister sir mann mannl mannlich maennlich herr homme h masc masculin masculino hombre ' +
  'senor varon maschio maschile uomo homem mannelijk mezczyzna pan erkek bay muz muski mies mand ' +
  'guy gentleman м муж мужской мужчина чоловік чоловіча 男 男性 남 남성 남자 ذكر זכר ' +
  'son father dad daddy papa uncle nephew brother husband boyfriend groom widower king prince duke ' +
  'count emperor god lord lad fellow chap bloke dude he him his himself';
const female =
  'f female woman women girl w ms mrs miss frau weibl weiblich fem femme feminin feminine femenino feminino ' +
  'mujer senora hembra femmina femminile donna mulher vrouw vrouwelijk kobieta pani kvinna kvinde ' +
  'kvinne kadin bayan zena zenski nainen lady ж жен женский женщина жінка жіноча 女 女性 여 여성 ' +
  '여자 أنثى נקבה madam maam daughter mother mom mama mommy aunt niece sister wife girlfriend bride ' +
  'widow queen princess duchess countess empress goddess maiden lass gal chick dame belle she her ' +
  'hers herself';

const genders = new Map<string, Outcome>();
for (const word of male.split(' ')) genders.set(wordKey(word), value('m'));
for (const word of female.split(' ')) genders.set(wordKey(word), value('f'));

/** m or f, from words of many languages; anything else is unusable rather than guessed. */
export function normaliseGender(raw: string): Outcome {
  const text = raw.trim();
  const known = genders.get(text.toLowerCase());
  if (known !== undefined) return known;
  const early = firstLookHashed(text, label);
  if (early !== null) return early;
  return genders.get(wordKey(text)) ?? unusable(`${label}: neither male nor female`);
}

function wordKey(text: string): string {
  return latin(lowerCase(text)).replace(/[^\p{L}\p{N}]/gu, '');
}
