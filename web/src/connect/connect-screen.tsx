import { SimpleGrid, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ForRole } from '../components/for-role.tsx';
import { Page } from '../components/page.tsx';
import { ConnectForm } from './connect-form.tsx';
import { Connections } from './connections.tsx';
import { FacebookLogin } from './facebook-login.tsx';
import { Guide } from './guide.tsx';
import { Integrations } from './integrations.tsx';

/** Logins and tokens for Meta, and which database goes to which ad account. */
export function ConnectScreen() {
  const { t } = useTranslation('connect');
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Connections />
      <Integrations />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Stack>
          <ForRole role="admin" credentials>
            <FacebookLogin />
            <ConnectForm />
          </ForRole>
        </Stack>
        <Guide />
      </SimpleGrid>
    </Page>
  );
}
