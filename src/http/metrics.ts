import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Sample } from '#store/metrics.ts';

/** Every number by its name and what it says; ops/ may use these and nothing else. */
export const metricHelp = {
  muster_audience_members: 'People who belong to an audience',
  muster_audience_synchronized_timestamp_seconds: 'When everything wanted was last acknowledged',
  muster_runs: 'Runs that are queued, running, waiting or held',
  muster_runs_last_day: 'Runs that ended within the last 24 hours, by how',
  muster_requests_last_day: 'Requests to Meta within the last 24 hours, by what came of them',
  muster_rows_last_day: 'Rows that Meta took within the last 24 hours, by kind',
  muster_alerts_open: 'Alerts that are open, by kind',
  muster_alert_messages_waiting: 'Messages of alerts that were not taken yet',
  muster_calls_waiting: 'Calls that were acknowledged and are not in profiles yet',
  muster_calls_oldest_seconds: 'How long the oldest of them has waited',
  muster_opt_outs_waiting: 'Rows that have to leave before anything else',
  muster_opt_out_oldest_seconds: 'How long the oldest of them has waited',
  muster_erasures_open: 'Erasures that Meta has not answered in full',
  muster_connection_stopped: '1 while nothing goes through a connection until somebody acts',
  muster_token_end_timestamp_seconds: 'When the token of a connection ends',
  muster_backup_timestamp_seconds: 'When the last backup was made',
  muster_database_bytes: 'Size of the database',
  muster_paused: '1 while this is a restored copy that sends nothing',
} as const;

/** In the text form of Prometheus: what the database says, and how this process is. */
export function createMetrics(readSamples: () => Promise<readonly Sample[]>): {
  readonly contentType: string;
  readonly text: () => Promise<string>;
} {
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  return {
    contentType: own.contentType,
    async text() {
      const registry = new Registry();
      const samples = await readSamples();
      for (const [name, help] of Object.entries(metricHelp)) {
        const found = samples.filter((sample) => sample.name === name);
        const labelNames = Object.keys(found[0]?.labels ?? {});
        const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
        for (const { labels, value } of found) gauge.set(labels, value);
      }
      return `${await registry.metrics()}\n${await own.metrics()}`;
    },
  };
}
