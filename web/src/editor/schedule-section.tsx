import {
  Button,
  Chip,
  Group,
  NativeSelect,
  Stack,
  TagsInput,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Paths } from '../../../src/http/contract.ts';
import { api, from, type Versioned, versioned } from '../api/client.ts';
import { CodeError } from '../components/code-error.tsx';
import { EditError, useLookAgain } from '../components/edit-error.tsx';
import { Moment } from '../components/moment.tsx';

type Scheduled = Versioned<
  Paths['/audiences/{audienceId}/schedule']['get']['responses'][200]['content']['application/json']
>;
type Schedule = Scheduled['schedule'];

const kinds = ['hourly', 'at once', 'interval', 'calendar', 'by hand'] as const;
const intervals = [15, 30, 60, 120, 240, 360, 480, 720, 1_440] as const;
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** When the audience is brought to Meta; saved by itself, for it is no part of who belongs. */
export function ScheduleSection({ audienceId }: { readonly audienceId: string }) {
  const { t } = useTranslation('editor');
  const path = { audienceId };
  const { data, error, refetch } = useQuery({
    queryKey: ['schedule', audienceId],
    queryFn: () => versioned(api.GET('/audiences/{audienceId}/schedule', { params: { path } })),
  });
  const { key, lookAgain } = useLookAgain(refetch);
  return (
    <Stack component="section" aria-label={t('schedule.title')}>
      <Title order={2}>{t('schedule.title')}</Title>
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <Fields key={key} audienceId={audienceId} scheduled={data} onLookAgain={lookAgain} />
      )}
    </Stack>
  );
}

interface FieldsProps {
  readonly audienceId: string;
  readonly scheduled: Scheduled;
  readonly onLookAgain: () => void;
}

function Fields({ audienceId, scheduled, onLookAgain }: FieldsProps) {
  const { t } = useTranslation('editor');
  const queries = useQueryClient();
  const [schedule, setSchedule] = useState<Schedule>(scheduled.schedule);
  const [etag, setEtag] = useState(scheduled.etag);
  const [period, setPeriod] = useState<Period>({
    from: localOf(scheduled.runsFrom),
    until: localOf(scheduled.runsUntil),
  });
  const save = useMutation({
    mutationFn: () =>
      versioned(
        api.PUT('/audiences/{audienceId}/schedule', {
          params: { path: { audienceId }, header: from(etag) },
          body: {
            schedule,
            period:
              period.from === '' && period.until === ''
                ? null
                : { from: momentOf(period.from), until: momentOf(period.until), zone: browserZone },
          },
        }),
      ),
    meta: { isSaidInPlace: true },
    onSuccess: async (saved) => {
      setEtag(saved.etag);
      notifications.show({ message: t('schedule.saved') });
      await queries.invalidateQueries({ queryKey: ['schedule', audienceId] });
    },
  });
  return (
    <Stack>
      <NativeSelect
        label={t('schedule.label')}
        value={schedule.kind}
        data={kinds.map((kind) => ({ value: kind, label: t(`schedules.${kind}`) }))}
        onChange={(event) => setSchedule(blankOf(event.currentTarget.value))}
      />
      <Text size="sm">{t(`scheduleHelp.${schedule.kind}`)}</Text>
      {schedule.kind === 'interval' && (
        <NativeSelect
          label={t('schedule.every')}
          value={String(schedule.minutes)}
          data={intervals.map((minutes) => ({
            value: String(minutes),
            label:
              minutes < 60 ? t('minutes', { count: minutes }) : t('hours', { count: minutes / 60 }),
          }))}
          onChange={(event) =>
            setSchedule({ kind: 'interval', minutes: Number(event.currentTarget.value) })
          }
        />
      )}
      {schedule.kind === 'calendar' && (
        <CalendarFields schedule={schedule} onChange={setSchedule} />
      )}
      <PeriodFields period={period} onChange={setPeriod} />
      <Text size="sm">
        {t('schedule.next')} <Moment at={scheduled.nextRunAt} empty={t('schedule.noNext')} />
      </Text>
      <EditError error={save.error} onLookAgain={onLookAgain} />
      <Group>
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
          {t('schedule.save')}
        </Button>
      </Group>
    </Stack>
  );
}

/** As the fields show it, in the browser's zone; empty: without that end. */
interface Period {
  readonly from: string;
  readonly until: string;
}

interface PeriodFieldsProps {
  readonly period: Period;
  readonly onChange: (period: Period) => void;
}

function PeriodFields({ period, onChange }: PeriodFieldsProps) {
  const { t } = useTranslation('editor');
  return (
    <>
      <Group align="flex-end">
        <TextInput
          type="datetime-local"
          label={t('schedule.from')}
          value={period.from}
          onChange={(event) => onChange({ ...period, from: event.currentTarget.value })}
        />
        <TextInput
          type="datetime-local"
          label={t('schedule.until')}
          value={period.until}
          onChange={(event) => onChange({ ...period, until: event.currentTarget.value })}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {t('schedule.periodHelp', { zone: browserZone })}
      </Text>
    </>
  );
}

type Calendar = Extract<Schedule, { kind: 'calendar' }>;

interface CalendarFieldsProps {
  readonly schedule: Calendar;
  readonly onChange: (schedule: Calendar) => void;
}

function CalendarFields({ schedule, onChange }: CalendarFieldsProps) {
  const { t } = useTranslation('editor');
  return (
    <Stack gap="sm">
      <Chip.Group
        multiple
        value={[...schedule.weekdays]}
        onChange={(weekdays) =>
          onChange({ ...schedule, weekdays: days.filter((day) => weekdays.includes(day)) })
        }
      >
        <Group gap="xs" role="group" aria-label={t('schedule.days')}>
          {days.map((day) => (
            <Chip key={day} value={day}>
              {t(`weekdays.${day}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <TagsInput
        label={t('schedule.times')}
        placeholder="08:30"
        acceptValueOnBlur
        value={[...schedule.times]}
        onChange={(times) =>
          onChange({ ...schedule, times: times.filter((time) => /^\d\d:\d\d$/.test(time)) })
        }
      />
      <TextInput
        label={t('schedule.zone')}
        value={schedule.zone}
        onChange={(event) => onChange({ ...schedule, zone: event.currentTarget.value })}
      />
    </Stack>
  );
}

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function blankOf(kind: string): Schedule {
  if (kind === 'interval') return { kind, minutes: 60 };
  if (kind === 'calendar') {
    return { kind, weekdays: [...days], times: ['08:30'], zone: browserZone };
  }
  return kind === 'at once' || kind === 'by hand' ? { kind } : { kind: 'hourly' };
}

/** As a field of date and time shows it, in the browser's zone. */
function localOf(at: string | null): string {
  if (at === null) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function momentOf(local: string): string | null {
  return local === '' ? null : new Date(local).toISOString();
}
