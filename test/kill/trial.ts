import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SyncReport } from '#sync/reports.ts';
import { Chance } from '../exact/chance.ts';
import { Company, type CompanyFile } from '../exact/company.ts';
import { csvOf, optionsOf } from '../exact/csv-text.ts';
import { differencesOf } from '../exact/held-and-wanted.ts';
import { KnownPeople } from '../exact/known-people.ts';
import type { TestRule } from '../exact/test-rule.ts';
import { type Command, crashes, Desk, type Ended, type Spoilt } from './desk.ts';

const rule: TestRule = { trait: 'plan', op: 'exists' };
const audience = 'all';
/** A killed database recovers, a killed sandbox is started again: then a command has to succeed. */
const triesMax = 8;
const retryMs = 500;

/** What to do with a command once it is under way; the plain thing is nothing. */
export type Harm = (command: Command) => Promise<void>;
export const none: Harm = () => Promise.resolve();

export interface TrialWish {
  readonly seed: number;
  /** Of `serve`. */
  readonly workers: number;
  /** How often an e-mail or a phone is somebody else's as well. */
  readonly sharing?: number;
  readonly size?: number;
  /** With the data directory still empty. */
  readonly before?: (desk: Desk) => Promise<void>;
}

/** A company that goes on, and an installation that is killed while it follows. */
export class Trial implements AsyncDisposable {
  readonly desk: Desk;
  readonly chance: Chance;
  /** Milliseconds that a command took when nobody harmed it. */
  readonly lasted = { import: 1_500, sync: 1_500 };
  readonly #company: Company;
  readonly #known = new KnownPeople();
  #metaAudienceId: string | null = null;
  #files = 0;

  private constructor(desk: Desk, { seed, sharing = 0.3, size = 60 }: TrialWish) {
    this.desk = desk;
    this.chance = new Chance(seed);
    this.#company = new Company(this.chance.fork(), {
      ...{ size, sharing },
      columns: ['email', 'email2', 'phone', 'last', 'plan', 'consent'],
    });
  }

  /** Everybody is in and at Meta. */
  static async open(wish: TrialWish): Promise<Trial> {
    const trial = new Trial(await Desk.open(wish.workers), wish);
    await wish.before?.(trial.desk);
    await trial.#until(['connect', '--sandbox']);
    await trial.takeIn(none);
    const path = join(trial.desk.directory, 'rule.json');
    await writeFile(path, JSON.stringify(rule));
    await trial.#until(['audience', 'create', audience, '--rule', path]);
    await trial.send(none);
    await trial.check('the first load');
    return trial;
  }

  /** Some people change, some leave, some join; half of the time everybody stands in the file. */
  change(lose = this.chance.pick([0, 0.05, 0.15])): void {
    this.#company.change(this.chance.pick([0.1, 0.3]));
    this.#company.lose(lose);
    for (let i = 0; i < 2; i++) this.#company.join();
  }

  /** A file goes in, whatever befalls the first try. Gives how that one ended. */
  async takeIn(harm: Harm, spoilt: Spoilt | null = null, mirror = true): Promise<Ended> {
    const file = this.#company.file({ mirror });
    const args = ['import', await this.#write(file), ...argsOf(file)];
    const first = await this.#try(args, harm, spoilt, 'import');
    if (first.code !== 0) await this.#until(args);
    this.#known.apply(file);
    return first;
  }

  /** The audience is brought to what it should be, whatever befalls the first try. */
  async send(
    harm: Harm,
    spoilt: Spoilt | null = null,
    releaseSpoilt: Spoilt | null = null,
  ): Promise<Ended> {
    const args = ['sync', audience, '--wait', '--json'];
    const first = await this.#try(args, harm, spoilt, 'sync');
    for (let i = 0, last = first; last.code !== 0; i++) {
      if (i === triesMax) throw new Error(`sync does not end well: ${last.stdout}${last.stderr}`);
      const held = last.code === 3 ? (JSON.parse(last.stdout) as SyncReport).runId : null;
      if (held !== null) {
        // Answered for; whether or not that run was released already, the next sync goes on.
        await this.desk.run(['release', held, '--by', 'A. Tester'], releaseSpoilt);
      }
      await this.#mend();
      last = await this.desk.run(args);
      if (last.code === 0) this.#read(last);
    }
    if (first.code === 0) this.#read(first);
    return first;
  }

  /** Somebody whose values nobody shares goes, by the company and by us; gives how the first try ended. */
  async leave(command: 'forget' | 'no', crashAt: string): Promise<Ended> {
    const [id] = this.chance.pick([...this.#company.people]);
    const args = command === 'forget' ? ['forget', id] : ['consent', id, '--no'];
    const first = await this.desk.run(args, crashes(crashAt));
    if (first.code !== 0) await this.#until(args);
    this.#company.people.delete(id);
    return first;
  }

  /** @throws Error with what differs from what the files say */
  async check(after: string): Promise<void> {
    const held = await this.#heldRows();
    const differences = differencesOf(this.#known.wanted(rule, new Date()), held);
    if (new Set(held).size < held.length) differences.push('a row is held twice');
    if (differences.length > 0) throw new Error(`after ${after}:\n  ${differences.join('\n  ')}`);
    const again = await this.desk.run(['sync', audience, '--json']);
    if (again.code !== 0) throw new Error(`after ${after}: sync says ${again.stderr}`);
    const { requestsUsed } = JSON.parse(again.stdout) as SyncReport;
    if (requestsUsed > 0)
      throw new Error(`after ${after}: nothing changed, ${requestsUsed} requests`);
  }

  /** The sandbox may be dying of the last kill while it is asked. */
  async #heldRows(): Promise<string[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#mend();
        const address = `${this.desk.sandboxUrl}/_sandbox/audiences/${this.#metaAudienceId}/rows`;
        const text = await (await fetch(address)).text();
        return text.split('\n').filter((line) => line !== '');
      } catch (error) {
        if (attempt === triesMax) throw error;
        await delay(retryMs);
      }
    }
  }

  #read({ stdout }: Ended): void {
    this.#metaAudienceId = (JSON.parse(stdout) as SyncReport).metaAudienceId;
  }

  async #try(
    args: readonly string[],
    harm: Harm,
    spoilt: Spoilt | null,
    kind: keyof Trial['lasted'],
  ): Promise<Ended> {
    const begunMs = performance.now();
    const command = this.desk.begin(args, spoilt);
    await harm(command);
    const ended = await command.ended;
    if (harm === none && ended.code === 0) this.lasted[kind] = performance.now() - begunMs;
    return ended;
  }

  /** Until it succeeds: what it needs was killed, or is coming back. */
  async #until(args: readonly string[]): Promise<Ended> {
    for (let i = 0; ; i++) {
      await this.#mend();
      const ended = await this.desk.run(args);
      if (ended.code === 0) return ended;
      if (i === triesMax) throw new Error(`${args[0]} does not end well: ${ended.stderr}`);
      await delay(retryMs);
    }
  }

  async #mend(): Promise<void> {
    await this.desk.stand('sandbox');
    await this.desk.stand('serve');
  }

  async #write(file: CompanyFile): Promise<string> {
    const path = join(this.desk.directory, `people-${++this.#files}.csv`);
    await writeFile(path, csvOf(file));
    return path;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.desk[Symbol.asyncDispose]();
  }
}

function argsOf(file: CompanyFile): string[] {
  const { mirror, map, country } = optionsOf(file);
  return [
    ...(mirror ? ['--mirror'] : []),
    ...(map === undefined ? [] : ['--map', map]),
    ...(country === undefined ? [] : ['--country', country]),
  ];
}
