import { type Case, casesOf } from '../case.ts';

/**
 * Inputs of the tests that Meta publishes beside its helpers: the server-side tests of its PHP, Java,
 * Ruby and Python SDKs and those of its parameter builder (all read 2026-11-22). The expectation is
 * the rule of Meta's pages; where a test expects something else, `why` says so (docs/normalising.md
 * has the table).
 */
export const publishedCases: readonly Case[] = [
  ...casesOf(
    'EMAIL',
    "an input of Meta's own tests",
    `
    John_Smith@gmail.com | | john_smith@gmail.com
    User-Name@Example-Domain.COM | | user-name@example-domain.com
    Test.User+Tag123@Sub-Domain.Example.COM | | test.user+tag123@sub-domain.example.com
    user@@example.com | | (email: more than one @)
    user name@example.com | | (email: a space inside)
    userexample.com | | (email: no @)
    foo"@bar.com | | (email: a character that no address has) | the PHP SDK drops the quote; which address was meant is a guess
    foo()@bar.com | | (email: a character that no address has) | the PHP SDK drops the brackets; which address was meant is a guess
    User_Name@Example_Domain.COM | | user_name@example_domain.com | the builder refuses the underscore; such hosts exist
    `,
  ),
  ...casesOf(
    'PHONE',
    "an input of Meta's own tests",
    `
    +1 (616) 954-78 88 | | 16169547888
    1(650)123-4567 | | 16501234567
    +001 (616) 954-78 88 | | 16169547888
    01(650)123-4567 | | 16501234567
    0000015551234567 | | 15551234567
    +001-800-555-1234 | | 18005551234
    (555) 123-4567 | US | 15551234567
    555.123.4567 | US | 15551234567
    ✆ 555-123-4567 📞 | US | 15551234567
    555-123-4567 x123 | US | 15551234567 | the builder glues the extension to the number
    +1-(555)-123-4567 ext. 123 | | 15551234567 | the builder glues the extension to the number
    123-456-7890 | | (phone: no country code and no default country) | Meta: with the country code; the SDKs send it without
    777 747 (3515) | US | 17777473515
    123456123456123456123456 | | (phone: too many digits)
    +4915123456789.0 | | 4915123456789 | a spreadsheet took it for a number
    `,
  ),
  ...casesOf(
    'ZIP',
    'Meta: US first five digits',
    `
    98121-4892 | US | 98121
    98 121-9431 | US | 98121
    12345-67890 | US | 12345
    12345-6789-0123 | US | 12345
    37221-3312 | | 37221
    `,
  ),
  ...casesOf(
    'ZIP',
    "an input of Meta's own tests; Meta's guide: lower case, no white space",
    `
    K1A 0A6 | CA | k1a0a6
    NR9 5AL | GB | nr95 | Meta: area, district and sector; the SDKs keep the unit
    SW1A-1AA | GB | sw1a1
    1012 AB | NL | 1012ab
    NL-1234AB | NL | 1234ab
    111 22 | SE | 11122
    100-0001 | JP | 100-0001 | the builder cuts it at its dash
    1000-001 | PT | 1000-001 | the builder cuts it at its dash
    C1000AAA | AR | c1000aaa
    018956 | SG | 018956
    10115 Berlin | DE | 10115 | German codes are digits alone; what follows is the town
    28001 Madrid | ES | 28001
    `,
  ),
  ...casesOf(
    'CT',
    "an input of Meta's own tests; Meta: a-z only",
    `
    Stanley Park 1234 | | stanleypark
    Washington D.C | | washingtondc
    Coeur d'Alene | | coeurdalene
    Minneapolis/St. Paul | | minneapolisstpaul
    Winston-Salem | | winstonsalem
    San José | | sanjose | the Java SDK keeps the accent
    Montréal | | montreal | the builder drops the letter
    City123 | | city | the builder keeps digits
    `,
  ),
  ...casesOf(
    'ST',
    "an input of Meta's own tests; Meta: two-letter code in the US",
    `
    California. | | ca
    C/a/lifo,rnia. | | ca
    N.Y. | US | ny
    Rhode Island | US | ri
    North Carolina | US | nc
    Newfoundland and Labrador | CA | nl
    Québec | CA | qc | the builder makes qu of it
    Washington, D.C. | US | dc | the Java SDK makes washingtondc of it
    `,
  ),
  ...casesOf(
    'COUNTRY',
    "an input of Meta's own tests; Meta: ISO 3166-1 alpha-2",
    `
    US! | | us
    United_States | | us
    U@S#A$% | | us
    United    States | | us
    UAE | | ae | the builder makes ua, Ukraine, of it
    UK | | gb | the builder leaves uk
    Burma | | mm | the builder makes bu of it
    中国 | | cn | the builder has nothing left
    USSR | | (country: not a country we know) | the builder makes us of it
    InvalidCountry | | (country: not a country we know) | the builder makes in, India, of it
    🇩🇪 | | de | a flag is its country's two letters
    Korea, South | | kr
    Bahamas, The | | bs
    Ireland, Republic of | | ie
    Slovak Republic | | sk
    Germany, France | | (country: not a country we know)
    `,
  ),
  ...casesOf(
    'GEN',
    "an input of Meta's own tests; Meta: m or f",
    `
    Boy | | m
    Woman | | f
    gentleman | | m
    lady | | f
    husband | | m
    wife | | f
    princess | | f
    widower | | m
    non-binary | | (gender: neither male nor female)
    males | | (gender: neither male nor female)
    `,
  ),
  ...casesOf(
    'LN',
    "an input of Meta's own tests; Meta: lower case, no punctuation, UTF-8",
    `
    Na'than-Boile | | nathanboile
    Doe-Doe | | doedoe
    O'Brien-Smith, Jr. | | obriensmith jr | the builder drops inner spaces too
    José María | | josé maría | the builder drops inner spaces too
    李小明 | | 李小明
    John_Smith | | johnsmith
    John2Smith3 | | john2smith3
    `,
  ),
];
