import { expect, it } from 'vitest';
import { type Script, writeScript } from './script.ts';
import { shrink } from './shrink.ts';

/** Breaks as long as somebody is killed after a file has come in and answers get lost. */
function breaks({ acts }: Script): boolean {
  const lost = acts.some((act) => act.act === 'faults' && 'requestLost' in act.faults.odds);
  const killed = acts.some(
    (act) => act.act === 'shift' && act.workers.some(({ deathAt }) => deathAt !== null),
  );
  return lost && killed;
}

function breakingScript(): Script {
  for (let seed = 1; ; seed++) if (breaks(writeScript(seed))) return writeScript(seed);
}

it('leaves what breaks and nothing else', async () => {
  const script = breakingScript();
  const smallest = await shrink(
    script,
    (one) => Promise.resolve(breaks(one)),
    () => true,
  );
  expect(breaks(smallest)).toBe(true);
  expect(smallest.acts.map(({ act }) => act).toSorted()).toEqual(['faults', 'import', 'shift']);
  const [shift] = smallest.acts.filter((act) => act.act === 'shift');
  expect(shift?.workers).toHaveLength(1);
  expect(smallest.setting).toMatchObject({ sharing: 0, audiences: 1, duplicateOdds: 0 });
});

it('stops when its time is over', async () => {
  const script = breakingScript();
  expect(
    await shrink(
      script,
      () => Promise.resolve(true),
      () => false,
    ),
  ).toEqual(script);
});
