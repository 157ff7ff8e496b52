import { Button, Group, NumberInput, SimpleGrid, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AlertRules as Rules, alertRulesQuery, setAlertRules } from '../api/alerts.ts';
import type { Versioned } from '../api/client.ts';
import { useMay } from '../api/may.ts';
import { CodeError } from '../components/code-error.tsx';
import { EditError, useLookAgain } from '../components/edit-error.tsx';
import { Section } from '../components/section.tsx';
import { ReadOnlyNote } from './allowed.tsx';

/** The bounds that the API has, too. */
const bounds = {
  deliveryBelowPercent: { min: 0, max: 100 },
  jumpPercent: { min: 1, max: 1_000 },
  jumpPeopleMin: { min: 0, max: 1_000_000_000 },
  remindHours: { min: 0, max: 8_760 },
} as const satisfies Record<keyof Rules, object>;

const names = Object.keys(bounds) as (keyof Rules)[];

/** From when on people are told, and how often again. */
export function AlertRules() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(alertRulesQuery);
  const { key, lookAgain } = useLookAgain(refetch);
  return (
    <Section title={t('alerts.rules')} lead={t('alerts.rulesLead')}>
      <ReadOnlyNote role="admin">{t('alerts.rulesReadOnly')}</ReadOnlyNote>
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={120} />}
      {data !== undefined && <RulesForm key={key} rules={data} onLookAgain={lookAgain} />}
    </Section>
  );
}

interface RulesFormProps {
  readonly rules: Versioned<Rules>;
  readonly onLookAgain: () => void;
}

function RulesForm({ rules: read, onLookAgain }: RulesFormProps) {
  const { t, i18n } = useTranslation('settings');
  const queries = useQueryClient();
  const [rules, setRules] = useState(read);
  const [wish, setWish] = useState<Partial<Rules>>({});
  const may = useMay({ role: 'admin' }) === true;
  const save = useMutation({
    mutationFn: () => setAlertRules({ ...rules, ...wish }),
    meta: { isSaidInPlace: true },
    onSuccess: async (saved) => {
      queries.setQueryData(alertRulesQuery.queryKey, saved);
      setRules(saved);
      setWish({});
      notifications.show({ message: t('saved') });
      await queries.invalidateQueries(alertRulesQuery);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} mb="md">
        {names.map((name) => (
          <NumberInput
            key={name}
            label={t(`alerts.rule.${name}`)}
            description={t(`alerts.ruleHelp.${name}`)}
            {...bounds[name]}
            allowDecimal={false}
            thousandSeparator={i18n.language === 'de' ? '.' : ','}
            decimalSeparator={i18n.language === 'de' ? ',' : '.'}
            hideControls
            required
            readOnly={!may}
            value={wish[name] ?? rules[name]}
            onChange={(value) => {
              if (typeof value === 'number') setWish({ ...wish, [name]: value });
            }}
          />
        ))}
      </SimpleGrid>
      <EditError error={save.error} onLookAgain={onLookAgain} />
      {may && (
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t('save')}
          </Button>
        </Group>
      )}
    </form>
  );
}
