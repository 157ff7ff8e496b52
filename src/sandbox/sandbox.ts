import { termsPath } from '#meta/wire.ts';
import { clearDeletedAudiences } from './audience-records.ts';
import { createFaults, type Faults } from './faults.ts';
import { answerGraph } from './graph.ts';
import { addFixtures } from './fixtures.ts';
import { createHeldRows } from './held-rows.ts';
import { createLateEffects } from './late-effects.ts';
import { answerDialog } from './login-dialog.ts';
import { createPopulation } from './population.ts';
import { createRequestLog } from './request-log.ts';
import { createSandboxClock } from './sandbox-clock.ts';
import { createRetention } from './retention.ts';
import { readSettings } from './settings.ts';
import type { Simulation } from './simulation.ts';
import { openState } from './state.ts';
import { answerTerms } from './terms-page.ts';
import { answerTruth, type ReadyLine, readyLine, type Truth } from './truth.ts';
import { createUsage } from './usage.ts';
import { fixtureAccount, openWorld } from './world.ts';

/** A simulated Graph API that keeps what it was told. */
export interface Sandbox {
  /** As the web's fetch, whatever the host; rejects where the sandbox was told to give no answer. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  readonly adAccounts: ReadyLine['adAccounts'];
  readonly token: string;
  /** How late an effect may still land; Muster's waiting window for a sandbox is this and 1 s. */
  readonly settle: { readonly largestLagMs: number };
  readonly faults: Pick<Faults, 'arm' | 'setOdds' | 'armed' | 'clear'>;
  /** What is printed, and written down, when it can be reached at `url`. */
  ready(url: string): ReadyLine;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** Where it keeps its state, for one process at a time; null keeps it in memory only. */
  readonly directory: string | null;
  /** Milliseconds since 1970; what the sandbox's own clock runs beside until it is moved. */
  readonly clock: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** One line a request, without tokens and without values. */
  readonly log?: (line: string) => void;
}

const dayMs = 86_400_000;

/** Opens the sandbox of a directory, with all that it remembers. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { directory, random, log = () => {} } = options;
  const state = openState(directory);
  const sandboxClock = createSandboxClock(state, options.clock);
  const clock = sandboxClock.now;
  const world = openWorld(state, random);
  const settings = () => readSettings(state);
  const population = createPopulation(state, world.populationSeed, {
    clock,
    keptMs: () => settings().externalIdDays * dayMs,
  });
  const rows = createHeldRows(state, population);
  const simulation: Simulation = { state, world, population, rows, clock, random, settings };
  addFixtures(state, fixtureAccount, clock());
  clearDeletedAudiences(simulation);
  const faults = createFaults(state, random);
  const lateEffects = createLateEffects(state);
  const largestLagMs = () => Math.max(faults.largestLagMs(), lateEffects.longestMs(clock()));
  const truth: Truth = {
    simulation,
    sandboxClock,
    faults,
    lateEffects,
    usage: createUsage(state, clock, simulation.settings),
    requestLog: createRequestLog(),
    log,
    largestLagMs,
  };
  const letPeopleGo = createRetention(simulation);
  const ready = (url: string) => readyLine(simulation, url);
  return {
    async fetch(input, init) {
      letPeopleGo();
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/_sandbox/')) return answerTruth(truth, request);
      if (/^(?:\/v\d+\.\d+)?\/dialog\/oauth\/?$/.test(pathname)) {
        return answerDialog(simulation, request);
      }
      const wantsPage = request.headers.get('accept')?.includes('text/html') === true;
      if (pathname === '/' && wantsPage) {
        return new Response(null, { status: 303, headers: { location: '/_sandbox/' } });
      }
      if (`${pathname}/`.startsWith(termsPath)) return answerTerms(simulation, request);
      return answerGraph(truth, request);
    },
    ...ready(''),
    settle: {
      get largestLagMs() {
        return largestLagMs();
      },
    },
    faults,
    ready,
    close: () => Promise.resolve(state.close()),
  };
}
