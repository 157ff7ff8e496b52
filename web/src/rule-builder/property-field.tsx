import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { eventPropertiesQuery } from '../api/rules.ts';
import { useOffer } from './offer.ts';
import { type FieldProps, NameField } from './value-fields.tsx';

/** The event whose properties are asked. */
export const EventContext = createContext('');

/** A property of an event: those that its newest ones had are suggested. */
export function PropertyField({ value, onChange }: Pick<FieldProps<string>, 'value' | 'onChange'>) {
  const { t } = useTranslation('rule');
  const { databaseId } = useOffer();
  const event = useContext(EventContext);
  const names = useQuery({ ...eventPropertiesQuery(databaseId, event), enabled: event !== '' });
  return (
    <NameField label={t('property')} names={names.data ?? []} value={value} onChange={onChange} />
  );
}
