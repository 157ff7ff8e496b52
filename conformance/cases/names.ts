import { type Case, casesOf } from '../case.ts';

/** Names, their expected form written by hand. */
export const nameCases: readonly Case[] = [
  ...casesOf(
    'FN',
    "Meta's customer information parameters: published examples",
    `
    Mary | | mary
    정 | | 정
    Valéry | | valéry
    `,
  ),
  ...casesOf(
    'FN',
    'Meta: lower case, no punctuation, special characters in UTF-8; composed (NFC)',
    `
    MARY | | mary
      Mary  | | mary
    Mary-Ann | | maryann
    Mary‐Ann | | maryann
    Mary–Ann | | maryann
    D'Angelo | | dangelo
    D’Angelo | | dangelo
    D‘Angelo | | dangelo
    D\`Angelo | | dangelo
    D´Angelo | | dangelo
    Dʼangelo | | dangelo
    Kealiʻi | US | kealii
    José | ES | josé
    JOSÉ | ES | josé
    Jose\u0301 | ES | josé
    Zoë | NL | zoë
    Zoe\u0308 | NL | zoë
    Renée | FR | renée
    François | FR | françois
    Françoise | FR | françoise
    Œdipe | FR | œdipe
    Jürgen | DE | jürgen
    Ju\u0308rgen | DE | jürgen
    Björn | SE | björn
    Åsa | SE | åsa
    A\u030asa | SE | åsa
    Øyvind | NO | øyvind
    Søren | DK | søren
    Ægir | IS | ægir
    Þórunn | IS | þórunn
    Łukasz | PL | łukasz
    ŁUKASZ | PL | łukasz
    Żaneta | PL | żaneta
    Jiří | CZ | jiří
    Ľubomír | SK | ľubomír
    Győző | HU | győző
    Ştefan | RO | ştefan
    Ștefan | RO | ștefan
    Đorđe | RS | đorđe
    Žydrūnas | LT | žydrūnas
    Jānis | LV | jānis
    Õnne | EE | õnne
    İbrahim | TR | ibrahim
    IBRAHIM | TR | ibrahim
    Ibrahim | TR | ibrahim
    Işıl | TR | işıl
    Çağla | TR | çağla
    Γιώργος | GR | γιώργος
    ΓΙΏΡΓΟΣ | GR | γιώργος
    Αλέξανδρος | GR | αλέξανδρος
    Дмитрий | RU | дмитрий
    ДМИТРИЙ | RU | дмитрий
    Олександр | UA | олександр
    Їжак | UA | їжак
    Հայկ | AM | հայկ
    გიორგი | GE | გიორგი
    محمد | EG | محمد
    فاطمة | EG | فاطمة
    דוד | IL | דוד
    राम | IN | राम
    தமிழ் | IN | தமிழ்
    สมชาย | TH | สมชาย
    Nguyễn | VN | nguyễn
    Nguye\u0302\u0303n | VN | nguyễn
    太郎 | JP | 太郎
    たろう | JP | たろう
    タロウ | JP | タロウ
    ﾀﾛｳ | JP | タロウ
    Ｍａｒｙ | JP | mary
    小明 | CN | 小明
    지민 | KR | 지민
    \u110c\u1175\u1106\u1175\u11ab | KR | 지민
    ﬁnn | IE | finn
    ﬂora | IT | flora
    Ĳsbrand | NL | ijsbrand
    Mary\u200bAnn | | maryann
    \u200eMary\u200f | | mary
    \ufeffMary | | mary
    Mary\u00adAnn | | maryann
    Mary 👋 | | mary
    "Mary" | | mary
    Mary. | | mary
    J. R. | | j r
    N.A. | | na
    Na | KR | na
    Nil | TR | nil
    `,
  ),
  ...casesOf(
    'LN',
    'Meta: lower case, no punctuation, special characters in UTF-8; composed (NFC)',
    `
    Smith | | smith
    O'Brien-Smith | | obriensmith
    O’Brien–Smith | | obriensmith
    Smith, Jr. | | smith jr
    D'Artagnan | FR | dartagnan
    Strauß | DE | strauß
    STRAUẞ | DE | strauß
    Müller | DE | müller
    MÜLLER | DE | müller
    Mu\u0308ller | DE | müller
    Müller-Lüdenscheidt | DE | müllerlüdenscheidt
    Nuñez | ES | nuñez
    Gonçalves | PT | gonçalves
    Wałęsa | PL | wałęsa
    Dvořák | CZ | dvořák
    Ødegård | NO | ødegård
    Þórsson | IS | þórsson
    Yılmaz | TR | yılmaz
    Özdemir | TR | özdemir
    Παπαδόπουλος | GR | παπαδόπουλος
    ΠΑΠΑΔΌΠΟΥΛΟΣ | GR | παπαδόπουλος
    Иванов | RU | иванов
    Шевченко | UA | шевченко
    山田 | JP | 山田
    王 | CN | 王
    김 | KR | 김
    Trần | VN | trần
    أحمد | EG | أحمد
    כהן | IL | כהן
    `,
  ),
  ...casesOf(
    'LN',
    'nothing is said about white space inside, so it stays, each run as one space; a hyphen is punctuation',
    `
    Van der Berg | NL | van der berg
    van  der   Berg | NL | van der berg
    Van\tder Berg | NL | van der berg
    Van-der-Berg | NL | vanderberg
    VanderBerg | NL | vanderberg
    de la Cruz | ES | de la cruz
    St. John | GB | st john
    O' Brien | IE | o brien
    Smith - Jones | GB | smith jones
    García  Márquez | CO | garcía márquez
    García\u00a0Márquez | CO | garcía márquez
    Garci\u0301a Ma\u0301rquez | CO | garcía márquez
    Nguyễn Văn | VN | nguyễn văn
    山田\u3000太郎 | JP | 山田 太郎
    \u2003de\u2009Groot\u2003 | NL | de groot
    `,
  ),
  ...casesOf(
    'FN',
    'nothing is said about white space inside, so it stays, each run as one space',
    `
    Mary Ann | US | mary ann
    Mary  Ann | US | mary ann
    María José | ES | maría josé
    Jean\u00a0Paul | FR | jean paul
    Anna Maria | PL | anna maria
    지민 이 | KR | 지민 이
    `,
  ),
  ...casesOf(
    'LN',
    'nothing that could be a name',
    `
    / | | (last name: only punctuation)
    - | | (last name: only punctuation)
    123 | | (last name: no letters)
    N/A | | (last name: a placeholder for an empty value)
    n/a | | (last name: a placeholder for an empty value)
    #N/A | | (last name: a placeholder for an empty value)
    null | | (last name: a placeholder for an empty value)
    NULL | | (last name: a placeholder for an empty value)
    (null) | | (last name: a placeholder for an empty value)
    NaN | | (last name: a placeholder for an empty value)
    undefined | | (last name: a placeholder for an empty value)
    unknown | | (last name: a placeholder for an empty value)
    [object Object] | | (last name: a placeholder for an empty value)
    mary@example.com | | (last name: an e-mail address)
    `,
  ),
  ...casesOf(
    'LN',
    'people are called so; only what a machine certainly wrote is nothing',
    `
    Null | | null
    Nan | | nan
    nan | | nan
    None | | none
    Nil | | nil
    Na | | na
    Void | | void
    `,
  ),
  ...casesOf(
    'FN',
    'people are called so; only what a machine certainly wrote is nothing',
    `
    Null | | null
    Nan | | nan
    None | | none
    null | | (first name: a placeholder for an empty value)
    NaN | | (first name: a placeholder for an empty value)
    N/A | | (first name: a placeholder for an empty value)
    `,
  ),
  ...casesOf(
    'FI',
    'Meta: the first letter, lower case',
    `
    J | | j
    j | | j
    J. | | j
    John | | j
    JOHN | | j
    'John | | j
    Émile | FR | é
    E\u0301mile | FR | é
    Øyvind | NO | ø
    İbrahim | TR | i
    Łukasz | PL | ł
    太郎 | JP | 太
    Дмитрий | RU | д
    Ｊ | JP | j
    . | | (first initial: only punctuation)
    7 | | (first initial: no letters)
    Mary Ann | | m
    Null | | n
    null | | (first initial: a placeholder for an empty value)
    N/A | | (first initial: a placeholder for an empty value)
    `,
  ),
];
