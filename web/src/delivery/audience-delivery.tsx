import { useQuery } from '@tanstack/react-query';
import { audienceDeliveryQuery } from '../api/overview.ts';
import { PERIOD_DEFAULT } from '../components/flow-section.tsx';
import { useAddress } from '../shell/address.ts';
import { AudienceAds } from './audience-ads.tsx';
import { DeliverySection } from './delivery-section.tsx';

/** Of one audience, over the period that the chart above it has. */
export function AudienceDelivery({ audienceId }: { readonly audienceId: string }) {
  const [{ days = PERIOD_DEFAULT }] = useAddress();
  return (
    <>
      <DeliverySection query={useQuery(audienceDeliveryQuery(audienceId, Number(days)))} />
      <AudienceAds audienceId={audienceId} days={Number(days)} />
    </>
  );
}
