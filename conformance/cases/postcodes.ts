import { type Case, casesOf } from '../case.ts';

export const postcodeCases: readonly Case[] = [
  ...casesOf(
    'ZIP',
    'Meta: US first five digits',
    `
    94035 | US | 94035
    94035-1234 | US | 94035
    940351234 | US | 94035
    94035 - 1234 | US | 94035
     94035  | US | 94035
    94035-1234 | | 94035
    ９４０３５ | US | 94035
    94035.0 | US | 94035
    00901 | PR | 00901
    02134 | US | 02134
    2134 | US | 02134 | a spreadsheet took it for a number and dropped the zero
    601 | PR | 00601 | a spreadsheet took it for a number and dropped the zeros
    00000 | US | (zip: all zeros)
    ABCDE | US | (zip: not a US ZIP code)
    9403 51 | US | (zip: not a US ZIP code)
    SW1A 1AA | US | (zip: not a US ZIP code)
    `,
  ),
  ...casesOf(
    'ZIP',
    'Meta: UK area, district and sector; one of each format of the Royal Mail',
    `
    SW1A 1AA | GB | sw1a1
    sw1a1aa | GB | sw1a1
    EC1A 1BB | GB | ec1a1
    W1A 0AX | GB | w1a0
    M1 1AE | GB | m11
    B33 8TH | GB | b338
    CR2 6XH | GB | cr26
    DN55 1PT | GB | dn551
    GIR 0AA | GB | gir0
    SW1A-1AA | GB | sw1a1
    SW1A 1 | GB | sw1a1
    SW1A 1AA | UK | sw1a1
    SW1A 1AA | United Kingdom | sw1a1
    SW1A 1AA | | sw1a1 | no other country writes its codes like that
    IM1 1AA | IM | im11 | the Isle of Man is in the Royal Mail's system
    `,
  ),
  ...casesOf(
    'ZIP',
    'Meta: lower case, no white space; the rest is kept (formats of the Universal Postal Union)',
    `
    M5V 3A8 | CA | m5v3a8
    k1a 0b1 | CA | k1a0b1
    K1A-0B1 | CA | k1a-0b1
    10115 | DE | 10115
    D-10115 | DE | 10115
    1067 | DE | 01067 | a spreadsheet took it for a number and dropped the zero
    75008 | FR | 75008
    F-75008 | FR | 75008
    1010 | AT | 1010
    A-1010 | AT | 1010
    8001 | CH | 8001
    CH-8001 | CH | 8001
    1000 | BE | 1000
    1012 AB | NL | 1012ab
    1012AB | NL | 1012ab
    L-1234 | LU | l-1234
    28013 | ES | 28013
    8001 | ES | 08001 | a spreadsheet took it for a number and dropped the zero
    00184 | IT | 00184
    1000-001 | PT | 1000-001
    00-950 | PL | 00-950
    110 00 | CZ | 11000
    811 01 | SK | 81101
    1051 | HU | 1051
    010011 | RO | 010011
    10000 | HR | 10000
    1000 | SI | 1000
    11000 | RS | 11000
    1000 | BG | 1000
    104 32 | GR | 10432
    111 22 | SE | 11122
    0150 | NO | 0150
    150 | NO | 0150 | a spreadsheet took it for a number and dropped the zero
    1050 | DK | 1050
    00100 | FI | 00100
    101 | IS | 101
    D02 AF30 | IE | d02af30
    LV-1050 | LV | lv-1050
    LT-01100 | LT | lt-01100
    10111 | EE | 10111
    01001 | UA | 01001
    101000 | RU | 101000
    34000 | TR | 34000
    01310-100 | BR | 01310-100
    B1842ZAB | AR | b1842zab
    8320000 | CL | 8320000
    06000 | MX | 06000
    110111 | CO | 110111
    15001 | PE | 15001
    100-0001 | JP | 100-0001
    〒100-0001 | JP | 100-0001
    １００－０００１ | JP | 100-0001
    04524 | KR | 04524
    100000 | CN | 100000
    999077 | HK | 999077
    100 | TW | 100
    238823 | SG | 238823
    50000 | MY | 50000
    10110 | TH | 10110
    10110 | ID | 10110
    1000 | PH | 1000
    700000 | VN | 700000
    110001 | IN | 110001
    11564-1234 | SA | 11564-1234
    91000 | IL | 91000
    2000 | AU | 2000
    800 | AU | 0800 | a spreadsheet took it for a number and dropped the zero
    6011 | NZ | 6011
    0001 | ZA | 0001
    100001 | NG | 100001
    00100 | KE | 00100
    VLT 1117 | MT | vlt1117
    AD500 | AD | ad500
    BB11000 | BB | bb11000
    10115- | DE | 10115
    `,
  ),
  ...casesOf(
    'ZIP',
    'nothing that could be a postcode',
    `
    / | | (zip: only punctuation)
    - | | (zip: only punctuation)
    n/a | | (zip: a placeholder for an empty value)
    1 | | (zip: too short)
    00000 | DE | (zip: all zeros)
    mary@example.com | | (zip: an e-mail address)
    `,
  ),
];
