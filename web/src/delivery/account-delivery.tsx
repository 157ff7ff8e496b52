import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { integrationsQuery } from '../api/integrations.ts';
import { deliveryQuery } from '../api/overview.ts';
import { PERIOD_DEFAULT } from '../components/flow-section.tsx';
import { useAddress } from '../shell/address.ts';
import { AdFiguresSection } from './ad-figures.tsx';
import { DeliverySection } from './delivery-section.tsx';

/** Of one ad account or of all, over the period that the chart above it has. */
export function AccountDelivery() {
  const { t } = useTranslation('delivery');
  const [{ days = PERIOD_DEFAULT, account = '' }, change] = useAddress();
  const { data: integrations } = useQuery(integrationsQuery);
  return (
    <>
      <DeliverySection
        query={useQuery(deliveryQuery(Number(days), account))}
        actions={
          <NativeSelect
            aria-label={t('account')}
            value={account}
            onChange={(event) => change({ account: event.currentTarget.value })}
            data={[
              { value: '', label: t('everyAccount') },
              ...(integrations ?? []).map(({ id, name, adAccount }) => ({
                value: id,
                label: `${name} (${adAccount})`,
              })),
            ]}
          />
        }
      />
      <AdFiguresSection days={Number(days)} />
    </>
  );
}
