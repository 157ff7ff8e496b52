import {
  Button,
  Chip,
  Group,
  NativeSelect,
  Skeleton,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Model,
  type ModelSchedule,
  modelScheduleQuery,
  type NewModelSchedule,
  setModelSchedule,
} from '../api/sources.ts';
import { CodeError } from '../components/code-error.tsx';
import { EditError, useLookAgain } from '../components/edit-error.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';

const kinds = ['by hand', 'interval', 'calendar'] as const;
/** features.md §3.3-29. */
const intervals = ['15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d'] as const;
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** When a model is read: by hand, every so often, or on days and times. */
export function ModelScheduleSection({ model }: { readonly model: Model }) {
  const { t } = useTranslation('sources');
  const { data, error, refetch } = useQuery(modelScheduleQuery(model.id));
  const { key, lookAgain } = useLookAgain(refetch);
  return (
    <Section title={t('schedule.title')} lead={t('schedule.lead')}>
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={80} />}
      {data !== undefined && (
        <Fields key={key} model={model} scheduled={data} onLookAgain={lookAgain} />
      )}
    </Section>
  );
}

interface Wish {
  readonly kind: (typeof kinds)[number];
  readonly every: string;
  readonly times: readonly string[];
  readonly days: readonly string[];
  readonly zone: string;
}

interface FieldsProps {
  readonly model: Model;
  readonly scheduled: ModelSchedule;
  readonly onLookAgain: () => void;
}

function Fields({ model, scheduled, onLookAgain }: FieldsProps) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const [wish, setWish] = useState<Wish>(() => wishOf(scheduled.schedule));
  const [etag, setEtag] = useState(scheduled.etag);
  const change = (part: Partial<Wish>): void => setWish({ ...wish, ...part });
  const save = useMutation({
    mutationFn: () => setModelSchedule(model.id, etag, scheduleOf(wish)),
    meta: { isSaidInPlace: true },
    onSuccess: async (saved) => {
      setEtag(saved.etag);
      notifications.show({ message: t('schedule.saved') });
      await queries.invalidateQueries({ queryKey: ['models', model.id] });
    },
  });
  return (
    <Stack>
      <NativeSelect
        label={t('schedule.label')}
        value={wish.kind}
        data={kinds.map((kind) => ({ value: kind, label: t(`schedule.kinds.${kind}`) }))}
        onChange={(event) => change({ kind: event.currentTarget.value as Wish['kind'] })}
      />
      {wish.kind === 'interval' && (
        <NativeSelect
          label={t('schedule.every')}
          value={wish.every}
          data={intervals.map((every) => ({
            value: every,
            label: t(`schedule.intervals.${every}`),
          }))}
          onChange={(event) => change({ every: event.currentTarget.value })}
        />
      )}
      {wish.kind === 'calendar' && <CalendarFields wish={wish} change={change} />}
      <EditError error={save.error} onLookAgain={onLookAgain} />
      <Text size="sm">
        {t('schedule.next')} <Moment at={scheduled.nextRunAt} empty={t('schedule.noNext')} />
      </Text>
      {!scheduled.enabled && wish.kind !== 'by hand' && <Text size="sm">{t('schedule.off')}</Text>}
      <Group>
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
          {t('schedule.save')}
        </Button>
      </Group>
    </Stack>
  );
}

interface CalendarFieldsProps {
  readonly wish: Wish;
  readonly change: (part: Partial<Wish>) => void;
}

function CalendarFields({ wish, change }: CalendarFieldsProps) {
  const { t } = useTranslation('sources');
  return (
    <Stack>
      <Chip.Group multiple value={[...wish.days]} onChange={(chosen) => change({ days: chosen })}>
        <Group gap="xs" role="group" aria-label={t('schedule.days')}>
          {days.map((day) => (
            <Chip key={day} value={day}>
              {t(`schedule.weekdays.${day}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <TagsInput
        label={t('schedule.times')}
        description={t('schedule.timesHelp')}
        placeholder="08:30"
        acceptValueOnBlur
        value={[...wish.times]}
        onChange={(times) =>
          change({ times: times.filter((time) => /^([01]\d|2[0-3]):[0-5]\d$/.test(time)) })
        }
      />
      <TextInput
        label={t('schedule.zone')}
        value={wish.zone}
        onChange={(event) => change({ zone: event.currentTarget.value })}
      />
    </Stack>
  );
}

function wishOf(schedule: ModelSchedule['schedule']): Wish {
  const { kind, minutes, times, weekdays, zone } = schedule as Readonly<Record<string, unknown>>;
  const every = intervals.find((one) => minutesOf(one) === minutes) ?? '1h';
  return {
    kind: kinds.find((one) => one === kind) ?? 'by hand',
    every,
    times: Array.isArray(times) ? times.map(String) : [],
    days: Array.isArray(weekdays) ? weekdays.map(String) : [...days],
    zone: typeof zone === 'string' ? zone : browserZone,
  };
}

function minutesOf(every: (typeof intervals)[number]): number {
  const unit = { m: 1, h: 60, d: 1_440 }[every.at(-1) as 'm' | 'h' | 'd'];
  return Number.parseInt(every, 10) * unit;
}

function scheduleOf({ kind, every, times, days: chosen, zone }: Wish): NewModelSchedule {
  if (kind === 'by hand') return { kind };
  if (kind === 'interval') return { kind, every };
  return { kind, times: times.join(','), days: chosen.join(','), zone };
}
