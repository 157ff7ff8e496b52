import { describe, expect, it } from 'vitest';
import { type ColumnPlan, planColumns } from './columns.ts';

/** Fields as FIELD=header, so that a case fits on a line. */
function fieldsOf(plan: ColumnPlan): string[] {
  return plan.fields.map(({ field, header }) => `${field}=${header}`);
}

function plan(header: string, options: { id?: string; map?: string } = {}): ColumnPlan {
  return planColumns(header.split(','), options);
}

const names = (columns: readonly { header: string }[]) => columns.map(({ header }) => header);

describe('without being told', () => {
  // contract.md "Files" and features.md §6.3, name by name.
  it.each([
    ['email', 'email e_mail e-mail mail email_address E-Mail EMAIL'],
    ['phone', 'phone phone_number phonenumber phoneNumber mobile telephone tel Phone'],
    ['birthDate', 'birthdate birthday date_of_birth dob DOB dateOfBirth Birthdate'],
    ['birth.year', 'birth_year'],
    ['birth.month', 'birth_month'],
    ['birth.day', 'birth_day'],
    ['name.first', 'first_name firstname firstName first given_name FIRST_NAME'],
    ['name.last', 'last_name lastname lastName last surname family_name'],
    ['gender', 'gender gen sex Sex'],
    ['city', 'city address_city town'],
    ['state', 'state address_state region province'],
    ['zip', 'zip zip_code zipCode postcode postal_code plz PLZ'],
    ['country', 'country country_code countryCode COUNTRY'],
    ['mobileAdId', 'madid idfa gaid IDFA'],
  ])('%s is known as %s', (field, headers) => {
    for (const header of headers.split(' ')) {
      expect(fieldsOf(plan(`id,${header}`))).toEqual([`${field}=${header}`]);
    }
  });

  it('what only looks similar is a trait, an initial too', () => {
    const similar = 'mail address,phone2,birth_date,name,fi,first_initial,e mail,ort,fn';
    const { fields, traits } = plan(`id,${similar}`);
    expect(fields).toEqual([]);
    expect(names(traits)).toEqual(similar.split(','));
  });

  it.each([
    'external_id',
    'externalId',
    'user_id',
    'userId',
    'customer_id',
    'contact_id',
    'id',
    'ID',
  ])('%s is the id column', (name) => {
    expect(plan(`plan,${name}`)).toMatchObject({ idColumn: 1, traits: [{ header: 'plan' }] });
  });

  it('the id column is the first of its list, others are traits', () => {
    const { idColumn, traits } = plan('id,contact_id,user_id');
    expect(idColumn).toBe(2);
    expect(names(traits)).toEqual(['id', 'contact_id']);
  });

  it('consent columns are found in any case', () => {
    const { consent, traits } = plan('id,Marketing_Consent,consent,OPT_IN,newsletter');
    expect(names(consent)).toEqual(['Marketing_Consent', 'consent', 'OPT_IN']);
    expect(names(traits)).toEqual(['newsletter']);
  });
});

describe('--map', () => {
  const header = 'id,email,work mail,phone,first_name,birth_year,born,Weird, Name,consent';
  const columns = [
    'id',
    'email',
    'work mail',
    'phone',
    'first_name',
    'birth_year',
    'born',
    'Weird, Name',
    'consent',
  ];

  it.each(['EMAIL', 'email', 'Email'])('knows the key %s in any case', (key) => {
    const mapped = plan(header, { map: `${key}=work mail` });
    expect(fieldsOf(mapped)).toContain('email=work mail');
    expect(names(mapped.ignored)).toEqual(['email']);
  });

  it.each([
    ['DOBY', 'birth.year'],
    ['birth.day', 'birth.day'],
    ['birthDate', 'birthDate'],
    ['name.firstInitial', 'name.firstInitial'],
    ['mobileAdId', 'mobileAdId'],
    ['gen', 'gender'],
  ])('knows %s as %s', (key, field) => {
    expect(fieldsOf(plan(header, { map: `${key}=born` }))).toContain(`${field}=born`);
  });

  it('takes several columns for one key, in the order of the file', () => {
    const mapped = plan(header, { map: 'EMAIL=work mail,EMAIL=email' });
    expect(fieldsOf(mapped).slice(0, 2)).toEqual(['email=email', 'email=work mail']);
    expect(mapped.ignored).toEqual([]);
  });

  it('knows columns of groups, which stay traits', () => {
    const mapped = plan('id,born,Weird', { map: "group=born,group.kind='firm'" });
    expect(mapped.groups).toEqual([
      { column: 1, header: 'born', about: null },
      { column: 3, header: "'firm'", about: 'kind' },
    ]);
    expect(names(mapped.traits)).toEqual(['born', 'Weird']);
    expect(() => plan('id,plan', { map: 'group.plan=plan' })).toThrow(/not of which/);
  });

  it('takes a column away from what its name means', () => {
    const mapped = plan(header, { map: 'EMAIL=phone,CT=consent' });
    expect(fieldsOf(mapped)).toEqual(expect.arrayContaining(['email=phone', 'city=consent']));
    expect(fieldsOf(mapped)).not.toContain('phone=phone');
    expect(mapped.consent).toEqual([]);
  });

  it('draws an initial from a first name, which stays one', () => {
    const mapped = fieldsOf(plan(header, { map: 'FI=first_name' }));
    expect(mapped).toEqual(
      expect.arrayContaining(['name.first=first_name', 'name.firstInitial=first_name']),
    );
  });

  it('replaces the parts of a date by a whole one, and only its own part by a part', () => {
    expect(names(plan(header, { map: 'birthDate=born' }).ignored)).toEqual(['birth_year']);
    const parted = planColumns(['id', 'dob', 'year'], { map: 'DOBY=year' });
    expect(fieldsOf(parted)).toEqual(['birthDate=dob', 'birth.year=year']);
  });

  it('understands names that hold a comma, or come in another case', () => {
    expect(fieldsOf(planColumns(columns, { map: 'LN=Weird, Name,CT=BORN' }))).toEqual(
      expect.arrayContaining(['name.last=Weird, Name', 'city=born']),
    );
  });

  it.each([
    ['COLOUR=born', /“COLOUR” is not one of EXTERN_ID, EMAIL/],
    ['EMAIL=nowhere', /“nowhere” is not one of “id”, “email”/],
    ['EMAIL', /has no “=”/],
    ['EXTERN_ID=email,EXTERN_ID=phone', /one id column, not “email” and “phone”/],
  ])('refuses %s', (map, message) => {
    expect(() => plan(header, { map })).toThrow(message);
  });
});

describe('a map with functions', () => {
  const header = ['id', 'name', 'work_email', 'home_email', 'city', 'Phone (home)'];
  const fieldsAt = ({ fields }: ColumnPlan) =>
    fields.map(({ field, column, header: text }) => `${field}=${column} ${text}`);

  it('M-13 makes columns behind those of the file', () => {
    const map = `EMAIL=coalesce(WORK_EMAIL, home_email),COUNTRY='DE',LN=split(name,' ',-1),traits.shop='north'`;
    const mapped = planColumns(header, { map });
    expect(fieldsAt(mapped)).toEqual([
      'city=4 city',
      'email=6 coalesce(work_email, home_email)',
      "country=7 'DE'",
      "name.last=8 split(name, ' ', -1)",
    ]);
    expect(mapped.traits.map(({ column, header: name }) => `${column} ${name}`)).toEqual([
      ...['1 name', '2 work_email', '3 home_email', '5 Phone (home)', '9 shop'],
    ]);
  });

  it('M-02 takes several values a line, each a column or made', () => {
    const mapped = planColumns(header, { map: 'EMAIL=work_email,EMAIL=hashed(home_email)' });
    expect(fieldsAt(mapped)).toEqual([
      ...['email=2 work_email', 'city=4 city', 'email=6 hashed(home_email)'],
    ]);
  });

  it('replaces a trait of the same name', () => {
    const mapped = planColumns(header, { map: 'traits.name=upper(name)' });
    expect(names(mapped.traits)).not.toContain('name=1');
    expect(names(mapped.ignored)).toEqual(['name']);
  });

  it('takes names with brackets as they are, quoted beside functions', () => {
    expect(fieldsAt(planColumns(header, { map: 'PHONE=Phone (home)' }))).toContain(
      'phone=5 Phone (home)',
    );
    const map = 'PHONE="Phone (home)",LN=lower(name)';
    expect(fieldsAt(planColumns(header, { map }))).toContain('phone=5 Phone (home)');
  });

  it.each([
    ['EMAIL=lower(mail)', /“mail” is not one of “id”, “name”/],
    ['EXTERN_ID=lower(id)', /the external id is a column/],
    ['COLOUR=lower(id)', /“COLOUR” is not one of .* traits\.NAME, group or group\.NAME/],
    ['EMAIL=lower(city', /lower\( has no end/],
  ])('refuses %s', (map, message) => {
    expect(() => planColumns(header, { map })).toThrow(message);
  });
});

describe('the id column', () => {
  it('can be chosen, and keeps what its name means besides', () => {
    for (const options of [
      { id: 'email' },
      { map: 'EXTERN_ID=email' },
      { map: 'externalid=EMAIL' },
    ]) {
      const chosen = plan('id,email,plan', options);
      expect(chosen.idColumn).toBe(1);
      expect(fieldsOf(chosen)).toEqual(['email=email']);
      expect(names(chosen.traits)).toEqual(['id', 'plan']);
    }
  });

  it('is missing: the refusal names the columns, but nothing that looks like data', () => {
    expect(() => plan('name,ann@example.com,+49 30 1234567,1980-01-01,plan')).toThrow(
      /has “name”, column 2 \(looks like data, not shown\), column 3 .*, column 4 .*, “plan”$/,
    );
    expect(() => plan('email,plan', { id: 'nr' })).toThrow(/“email”, “plan”/);
    expect(() => plan('email,id', { id: 'id', map: 'EXTERN_ID=email' })).toThrow(/one id column/);
  });
});
