import { Anchor, Button, Group, NumberInput, Radio, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type DatabaseSettings,
  databaseSettingsQuery,
  setDatabaseSettings,
} from '../api/database-settings.ts';
import { useMay } from '../api/may.ts';
import { EditError } from '../components/edit-error.tsx';
import { Facts } from '../components/facts.tsx';
import { Section } from '../components/section.tsx';
import { NormalisingFields } from './normalising-fields.tsx';

const MINUTES_OF_HOUR = 60;

interface DatabaseFormProps {
  readonly databaseId: string;
  readonly name: string;
  readonly settings: DatabaseSettings;
  readonly onLookAgain: () => void;
}

function hoursOf({ expectedEveryMinutes }: DatabaseSettings): number | null {
  return expectedEveryMinutes === null ? null : expectedEveryMinutes / MINUTES_OF_HOUR;
}

/** What can be set here; how many people it touches is said before anything is changed. */
export function DatabaseForm({ databaseId, name, settings, onLookAgain }: DatabaseFormProps) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const may = useMay({ role: 'admin' }) === true;
  const [country, setCountry] = useState(settings.defaultCountry ?? '');
  const [unknownConsent, setUnknownConsent] = useState(settings.unknownConsent);
  const [normalising, setNormalising] = useState(settings.normalising);
  const [hours, setHours] = useState(hoursOf(settings));
  const [etag, setEtag] = useState(settings.etag);
  const save = useMutation({
    mutationFn: (dryRun: boolean) =>
      setDatabaseSettings(databaseId, etag, {
        ...(country.trim() === '' ? {} : { defaultCountry: country.trim() }),
        ...{ unknownConsent, normalising, dryRun },
        expectedEveryMinutes: hours === null ? null : Math.round(hours * MINUTES_OF_HOUR),
      }),
    meta: { isSaidInPlace: true },
    onSuccess: async (saved, dryRun) => {
      if (dryRun) return;
      setEtag(saved.etag);
      notifications.show({ message: t('saved') });
      await queries.invalidateQueries(databaseSettingsQuery(databaseId));
    },
  });
  return (
    <Section title={name} lead={t('perDatabase.formLead')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(false);
        }}
      >
        <Stack maw={720}>
          <TextInput
            label={t('perDatabase.country')}
            description={t('perDatabase.countryHelp')}
            readOnly={!may}
            maxLength={60}
            value={country}
            onChange={(event) => setCountry(event.currentTarget.value)}
          />
          <UnknownConsent may={may} value={unknownConsent} onChange={setUnknownConsent} />
          <ExpectedEvery may={may} hours={hours} onChange={setHours} />
          <NormalisingFields may={may} value={normalising} onChange={setNormalising} />
          <EditError error={save.error} onLookAgain={onLookAgain} />
          {save.data !== undefined && (
            <Text role="status" size="sm">
              {t('perDatabase.touched', { count: save.data.touched })}
            </Text>
          )}
          {may && (
            <Group>
              <Button type="submit" loading={save.isPending}>
                {t('save')}
              </Button>
              <Button variant="default" loading={save.isPending} onClick={() => save.mutate(true)}>
                {t('perDatabase.try')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}

interface ExpectedEveryProps {
  readonly may: boolean;
  /** Null: nobody knows. */
  readonly hours: number | null;
  readonly onChange: (hours: number | null) => void;
}

function ExpectedEvery({ may, hours, onChange }: ExpectedEveryProps) {
  const { t } = useTranslation('settings');
  return (
    <NumberInput
      label={t('perDatabase.expected')}
      description={t('perDatabase.expectedHelp')}
      readOnly={!may}
      hideControls
      min={1}
      max={2_400_000}
      value={hours ?? ''}
      onChange={(value) => onChange(typeof value === 'number' ? value : null)}
    />
  );
}

interface UnknownConsentProps {
  readonly may: boolean;
  readonly value: DatabaseSettings['unknownConsent'];
  readonly onChange: (value: DatabaseSettings['unknownConsent']) => void;
}

function UnknownConsent({ may, value, onChange }: UnknownConsentProps) {
  const { t } = useTranslation('settings');
  return (
    <Radio.Group
      label={t('perDatabase.unknown')}
      description={t('perDatabase.unknownHelp')}
      value={value}
      onChange={onChange}
    >
      <Stack gap={6} mt={6}>
        {(['passes', 'blocks'] as const).map((one) => (
          <Radio key={one} value={one} label={t(`perDatabase.${one}`)} disabled={!may} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** What else is set, and where it is changed. */
export function DatabaseFacts({ settings }: { readonly settings: DatabaseSettings }) {
  const { t } = useTranslation('settings');
  const { requiredConsents } = settings;
  return (
    <Section title={t('perDatabase.more')}>
      <Facts
        facts={requiredConsents.map(
          ({ integration, categories }) =>
            [
              t('perDatabase.consentOf', { integration }),
              categories.join(', ') || t('perDatabase.noFurther'),
            ] as const,
        )}
      />
      <Text size="sm">{t('perDatabase.byCommand')}</Text>
      <Group>
        <Anchor component={Link} to="/connect" underline="always" size="sm">
          {t('perDatabase.toConnect')}
        </Anchor>
        <Anchor component={Link} to="/sources" underline="always" size="sm">
          {t('perDatabase.toMappings')}
        </Anchor>
      </Group>
    </Section>
  );
}
