import { parseArgs } from 'node:util';
import { benchAtOnce } from './at-once.ts';
import { benchEvents } from './events.ts';
import { benchFull } from './full.ts';
import { benchIdentifiers } from './identifiers.ts';
import { benchModels } from './models.ts';
import { benchOptOuts } from './opt-outs.ts';
import { benchPage } from './page.ts';
import { benchRules } from './rules.ts';
import { benchSources } from './sources.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string' },
    rate: { type: 'string' },
    seconds: { type: 'string' },
    events: { type: 'string' },
    audiences: { type: 'string' },
    exact: { type: 'boolean' },
    data: { type: 'string' },
    from: { type: 'string' },
    'database-url': { type: 'string' },
  },
});

switch (positionals[0]) {
  case 'full':
    await benchFull({
      people: Number(values.people ?? 1_000_000),
      ...(values['database-url'] === undefined ? {} : { databaseUrl: values['database-url'] }),
    });
    break;
  case 'identifiers':
    benchIdentifiers(Number(values.people ?? 200_000));
    break;
  case 'events':
    await benchEvents({
      rate: Number(values.rate ?? 5_000),
      seconds: Number(values.seconds ?? 60),
      users: Number(values.people ?? 100_000),
      ...(values['database-url'] === undefined ? {} : { databaseUrl: values['database-url'] }),
    });
    break;
  case 'at-once':
    await benchAtOnce({
      people: Number(values.people ?? 100_000),
      changes: Number(values.seconds ?? 100) * 2,
      ...(values['database-url'] === undefined ? {} : { databaseUrl: values['database-url'] }),
    });
    break;
  case 'opt-outs':
    await benchOptOuts({
      people: Number(values.people ?? 1_000_000),
      customers: 20_000,
      ...(values['database-url'] === undefined ? {} : { databaseUrl: values['database-url'] }),
    });
    break;
  case 'models':
    await benchModels(Number(values.people ?? 1_000_000));
    break;
  case 'page':
    await benchPage({
      audiences: Number(values.audiences ?? 1_000),
      rows: Number(values.people ?? 100_000),
    });
    break;
  case 'rules':
    await benchRules({
      people: Number(values.people ?? 1_000_000),
      events: Number(values.events ?? 20_000_000),
      audiences: Number(values.audiences ?? 50),
      exact: values.exact ?? false,
      ...(values.data === undefined ? {} : { directory: values.data }),
    });
    break;
  case 'sources':
    await benchSources({
      from: values.from === 'postgres' ? 'postgres' : 'csv',
      people: Number(values.people ?? 10_000_000),
    });
    break;
  default:
    process.stdout.write(
      'npm run bench -- full [--people N] [--database-url URL]\n' +
        'npm run bench -- identifiers [--people N]\n' +
        'npm run bench -- sources [--from csv|postgres] [--people N]\n' +
        'npm run bench -- models [--people N]\n' +
        'npm run bench -- at-once [--people N] [--seconds N] [--database-url URL]\n' +
        'npm run bench -- opt-outs [--people N] [--database-url URL]\n' +
        'npm run bench -- page [--audiences N] [--people N]\n' +
        'npm run bench -- rules [--people N] [--events N] [--audiences N] [--exact] [--data DIR]\n' +
        'npm run bench -- events [--rate N] [--seconds N] [--people N] [--database-url URL]\n',
    );
}
