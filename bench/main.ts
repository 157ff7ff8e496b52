import { parseArgs } from 'node:util';
import { benchFull } from './full.ts';
import { benchIdentifiers } from './identifiers.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string' },
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
  default:
    process.stdout.write(
      'npm run bench -- full [--people N] [--database-url URL]\n' +
        'npm run bench -- identifiers [--people N]\n',
    );
}
