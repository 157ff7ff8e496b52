import { parseArgs } from 'node:util';
import { benchFull } from './full.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string', default: '1000000' },
    'database-url': { type: 'string' },
  },
});

switch (positionals[0]) {
  case 'full':
    await benchFull({
      people: Number(values.people),
      ...(values['database-url'] === undefined ? {} : { databaseUrl: values['database-url'] }),
    });
    break;
  default:
    process.stdout.write('npm run bench -- full [--people N] [--database-url URL]\n');
}
