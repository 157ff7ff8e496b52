import { type Case, casesOf } from '../case.ts';

const rule =
  'Meta: a-z only, lower case, no punctuation, special characters or white space; accented letters in their base form';

/** Cities, their expected form written by hand. */
export const cityCases: readonly Case[] = [
  ...casesOf(
    'CT',
    rule,
    `
    Menlo Park | US | menlopark
    New York | US | newyork
    St. Louis | US | stlouis
    Winston-Salem | US | winstonsalem
    Coeur d'Alene | US | coeurdalene
    Washington, D.C. | US | washingtondc
    Cañon City | US | canoncity
    Montréal | CA | montreal
    Québec | CA | quebec
    Trois-Rivières | CA | troisrivieres
    St. John’s | CA | stjohns
    Ciudad de México | MX | ciudaddemexico
    Mérida | MX | merida
    São Paulo | BR | saopaulo
    Brasília | BR | brasilia
    Belém | BR | belem
    Córdoba | AR | cordoba
    Bahía Blanca | AR | bahiablanca
    Valparaíso | CL | valparaiso
    Ñuñoa | CL | nunoa
    Bogotá | CO | bogota
    Medellín | CO | medellin
    Asunción | PY | asuncion
    San José | CR | sanjose
    München | DE | munchen
    MÜNCHEN | DE | munchen
    Köln | DE | koln
    Düsseldorf | DE | dusseldorf
    Gießen | DE | giessen
    Frankfurt am Main | DE | frankfurtammain
    Wien | AT | wien
    Sankt Pölten | AT | sanktpolten
    Zürich | CH | zurich
    Genève | CH | geneve
    La Chaux-de-Fonds | CH | lachauxdefonds
    Saint-Étienne | FR | saintetienne
    Besançon | FR | besancon
    L'Haÿ-les-Roses | FR | lhaylesroses
    Œyreluy | FR | oeyreluy
    A Coruña | ES | acoruna
    Cádiz | ES | cadiz
    L’Hospitalet | ES | lhospitalet
    Forlì | IT | forli
    L'Aquila | IT | laquila
    Évora | PT | evora
    Setúbal | PT | setubal
    's-Hertogenbosch | NL | shertogenbosch
    Liège | BE | liege
    Luxembourg | LU | luxembourg
    København | DK | kobenhavn
    Århus | DK | arhus
    Ærøskøbing | DK | aeroskobing
    Tromsø | NO | tromso
    Ålesund | NO | alesund
    Malmö | SE | malmo
    Gävle | SE | gavle
    Jyväskylä | FI | jyvaskyla
    Reykjavík | IS | reykjavik
    Seyðisfjörður | IS | seydisfjordur
    Þórshöfn | IS | thorshofn
    Łódź | PL | lodz
    ŁÓDŹ | PL | lodz
    Kraków | PL | krakow
    Świętochłowice | PL | swietochlowice
    Plzeň | CZ | plzen
    České Budějovice | CZ | ceskebudejovice
    Košice | SK | kosice
    Győr | HU | gyor
    Székesfehérvár | HU | szekesfehervar
    Iași | RO | iasi
    Iaşi | RO | iasi
    Târgu Mureș | RO | targumures
    Đakovo | HR | dakovo
    Šibenik | HR | sibenik
    Niš | RS | nis
    Ljubljana | SI | ljubljana
    Žilina | SK | zilina
    Šiauliai | LT | siauliai
    Rīga | LV | riga
    Pärnu | EE | parnu
    İstanbul | TR | istanbul
    ISTANBUL | TR | istanbul
    Diyarbakır | TR | diyarbakir
    Şanlıurfa | TR | sanliurfa
    Ħamrun | MT | hamrun
    Hà Nội | VN | hanoi
    Thành phố Hồ Chí Minh | VN | thanhphohochiminh
    Đà Nẵng | VN | danang
    Kuala Lumpur | MY | kualalumpur
    Jakarta | ID | jakarta
    Parañaque | PH | paranaque
    Bengaluru | IN | bengaluru
    Dubai | AE | dubai
    Johannesburg | ZA | johannesburg
    Lagos | NG | lagos
    Fès | MA | fes
    Yaoundé | CM | yaounde
    Honolulu | US | honolulu
    Los Angeles 90210 | US | losangeles
    Paris 15e | FR | parise
    Ｔｏｋｙｏ | JP | tokyo
    Tokyo 東京 | JP | tokyo
    Zürich (Kreis 4) | CH | zurichkreis
    `,
  ),
  ...casesOf(
    'CT',
    'no a-z in it: blank, never the hash of nothing',
    `
    東京 | JP | (city: no Latin letters)
    北京市 | CN | (city: no Latin letters)
    서울 | KR | (city: no Latin letters)
    Москва | RU | (city: no Latin letters)
    Αθήνα | GR | (city: no Latin letters)
    القاهرة | EG | (city: no Latin letters)
    תל אביב | IL | (city: no Latin letters)
    กรุงเทพ | TH | (city: no Latin letters)
    दिल्ली | IN | (city: no Latin letters)
    10115 | DE | (city: no Latin letters)
    / | | (city: only punctuation)
    - | | (city: only punctuation)
    n/a | | (city: a placeholder for an empty value)
    null | | (city: a placeholder for an empty value)
    NULL | | (city: a placeholder for an empty value)
    NaN | | (city: a placeholder for an empty value)
    None | IT | none | a commune in Piedmont
    Nan | TH | nan | a town and a province of Thailand
    mary@example.com | | (city: an e-mail address)
    Mоscow | RU | (city: two alphabets in one word) | the o is Cyrillic: what remained would be another place
    `,
  ),
];
