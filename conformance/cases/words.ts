import { type Case, casesOf } from '../case.ts';

const words = (list: string, expected: string, why: string): Case[] =>
  list.split(' ').map((input) => ({ key: 'GEN', input, expected, why }));

export const genderCases: readonly Case[] = [
  ...words('m M male Male MALE man Man men boy Mr Mr. MR sir', 'm', 'English; Meta: m or f'),
  ...words(
    'f F female Female FEMALE woman Woman women girl Mrs Mrs. Ms Miss',
    'f',
    'English; Meta: m or f',
  ),
  ...words('männlich Mann Herr MÄNNLICH maennlich', 'm', 'German'),
  ...words('weiblich w W Frau', 'f', 'German'),
  ...words('homme h H masculin', 'm', 'French'),
  ...words('femme féminin', 'f', 'French'),
  ...words('hombre masculino varón', 'm', 'Spanish'),
  ...words('mujer femenino', 'f', 'Spanish'),
  ...words('uomo maschio', 'm', 'Italian'),
  ...words('donna femmina', 'f', 'Italian'),
  ...words('homem masculino', 'm', 'Portuguese'),
  ...words('mulher feminino', 'f', 'Portuguese'),
  ...words('mannelijk', 'm', 'Dutch'),
  ...words('vrouw vrouwelijk', 'f', 'Dutch'),
  ...words('mężczyzna', 'm', 'Polish'),
  ...words('kobieta', 'f', 'Polish'),
  ...words('mand', 'm', 'Danish'),
  ...words('kvinde', 'f', 'Danish'),
  ...words('kvinna', 'f', 'Swedish'),
  ...words('mies', 'm', 'Finnish'),
  ...words('nainen', 'f', 'Finnish'),
  ...words('erkek', 'm', 'Turkish'),
  ...words('kadın', 'f', 'Turkish'),
  ...words('muž', 'm', 'Czech'),
  ...words('žena', 'f', 'Czech'),
  ...words('мужской муж м', 'm', 'Russian'),
  ...words('женский жен ж', 'f', 'Russian'),
  ...words('男 男性', 'm', 'Japanese and Chinese'),
  ...words('女 女性', 'f', 'Japanese and Chinese'),
  ...words('남 남성', 'm', 'Korean'),
  ...words('여 여성', 'f', 'Korean'),
  ...words('ذكر', 'm', 'Arabic'),
  ...words('أنثى', 'f', 'Arabic'),
  ...casesOf(
    'GEN',
    'm and f are all that Meta takes: the rest is blank, never guessed',
    `
    other | | (gender: neither male nor female)
    divers | | (gender: neither male nor female)
    x | | (gender: neither male nor female)
    non-binary | | (gender: neither male nor female)
    1 | | (gender: neither male nor female)
    u | | (gender: neither male nor female)
    unknown | | (gender: a placeholder for an empty value)
    n/a | | (gender: a placeholder for an empty value)
    / | | (gender: only punctuation)
    `,
  ),
];
