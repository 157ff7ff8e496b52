import { expect, it } from 'vitest';
import { commands } from './commands.ts';
import { changesWith, looks, writesItself } from './written-down.ts';

const names = commands.map(({ name }) => name);

it('knows no command that is not there', () => {
  const known = [...looks, ...writesItself, ...Object.keys(changesWith)];
  expect(known.filter((name) => !names.includes(name))).toEqual([]);
});

it('takes what is called list or show for a look, and what is called otherwise not', () => {
  const look = /(^| )(list|show)$/;
  expect(names.filter((name) => look.test(name) && !looks.has(name))).toEqual([]);
  const change =
    /(^| )(create|add|set|edit|delete|remove|revoke|activate|deactivate|delete-at-meta|connect|consent|forget|import|sync|apply|release|backup|restore|resume|rotate|rotate-key|rename)$/;
  expect(names.filter((name) => change.test(name) && looks.has(name))).toEqual([]);
});
