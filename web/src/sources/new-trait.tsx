import { Autocomplete, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ruleOfferQuery } from '../api/rules.ts';
import { computeTrait, type NewTrait as Wish, traitFunctions } from '../api/traits.ts';
import { FormModal } from '../components/form-modal.tsx';

interface NewTraitProps {
  readonly databaseId: string;
  readonly onClose: () => void;
}

const blank: Wish = {
  ...{ name: '', event: '', function: 'count' },
  ...{ property: null, days: null, as: null },
};

const orNull = (text: string): string | null => (text === '' ? null : text);

/** A trait that is worked out from events: how often, how much, the first, the last. */
export function NewTrait({ databaseId, onClose }: NewTraitProps) {
  const { t } = useTranslation('sources');
  const queries = useQueryClient();
  const offer = useQuery(ruleOfferQuery(databaseId));
  const [wish, setWish] = useState(blank);
  const change = (part: Partial<Wish>): void => setWish({ ...wish, ...part });
  const make = useMutation({
    mutationFn: () => computeTrait(databaseId, wish),
    meta: { isSaidInPlace: true },
    onSuccess: async ({ name, people }) => {
      notifications.show({ message: t('traits.made', { name, count: people }) });
      onClose();
      await queries.invalidateQueries({ queryKey: ['traits'] });
    },
  });
  return (
    <FormModal
      title={t('traits.new')}
      action={t('traits.make')}
      isOpen
      isBusy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <TextInput
        label={t('traits.name')}
        required
        data-autofocus
        value={wish.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('traits.function')}
        value={wish.function}
        data={traitFunctions.map((one) => ({ value: one, label: t(`traits.functions.${one}`) }))}
        onChange={(event) => change({ function: event.currentTarget.value as Wish['function'] })}
      />
      <Autocomplete
        label={t('traits.event')}
        description={t('traits.eventHelp')}
        required
        data={[...new Set(offer.data?.events ?? [])]}
        value={wish.event}
        onChange={(event) => change({ event })}
      />
      {wish.function !== 'count' && (
        <TextInput
          label={t('traits.property')}
          description={t('traits.propertyHelp')}
          required
          value={wish.property ?? ''}
          onChange={(event) => change({ property: orNull(event.currentTarget.value) })}
        />
      )}
      <FurtherFields wish={wish} change={change} />
    </FormModal>
  );
}

interface FurtherFieldsProps {
  readonly wish: Wish;
  readonly change: (part: Partial<Wish>) => void;
}

function FurtherFields({ wish, change }: FurtherFieldsProps) {
  const { t } = useTranslation('sources');
  return (
    <>
      <NumberInput
        label={t('traits.days')}
        description={t('traits.daysHelp')}
        min={1}
        max={36_500}
        allowDecimal={false}
        value={wish.days ?? ''}
        onChange={(days) => change({ days: typeof days === 'number' ? days : null })}
      />
      <TextInput
        label={t('traits.as')}
        description={t('traits.asHelp')}
        value={wish.as ?? ''}
        onChange={(event) => change({ as: orNull(event.currentTarget.value) })}
      />
    </>
  );
}
