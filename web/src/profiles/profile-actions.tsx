import { Button, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client.ts';
import { type Profile, profileQuery } from '../api/profiles.ts';
import { ConfirmTyped } from '../components/confirm-typed.tsx';
import { ForRole } from '../components/for-role.tsx';

/** What can be done with one person: a yes or no that they said, and being forgotten. */
export function ProfileActions({ profile }: { readonly profile: Profile }) {
  const { t } = useTranslation('profiles');
  const queries = useQueryClient();
  const [isForgetting, setForgetting] = useState(false);
  const path = { databaseId: profile.databaseId, profileId: profile.id };
  const consent = useMutation({
    mutationFn: (answer: 'yes' | 'no') =>
      answered(
        api.POST('/databases/{databaseId}/profiles/{profileId}/consent', {
          params: { path },
          body: { consent: answer },
        }),
      ),
    onSuccess: (report) => {
      notifications.show({ message: t(`lane.${report.state}`) });
      void queries.invalidateQueries(profileQuery(path.databaseId, path.profileId));
    },
  });
  const forget = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/databases/{databaseId}/profiles/{profileId}/forget', { params: { path } }),
      ),
    onSuccess: (receipt) => {
      setForgetting(false);
      notifications.show({
        autoClose: false,
        title: t('forgotten'),
        message: t('receipt', { id: receipt.erasureId, state: t(`erasures.${receipt.state}`) }),
      });
      void queries.invalidateQueries({ queryKey: ['profiles'] });
      void queries.invalidateQueries(profileQuery(path.databaseId, path.profileId));
    },
  });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" loading={consent.isPending}>
            {t('actions')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => consent.mutate('yes')}>{t('sayYes')}</Menu.Item>
          <Menu.Item onClick={() => consent.mutate('no')}>{t('sayNo')}</Menu.Item>
          <ForRole role="editor" personalData>
            <Menu.Item color="red.9" onClick={() => setForgetting(true)}>
              {t('forget')}
            </Menu.Item>
          </ForRole>
        </Menu.Dropdown>
      </Menu>
      <ConfirmTyped
        title={t('forget')}
        word={profile.externalId}
        action={t('forgetNow')}
        isOpen={isForgetting}
        isBusy={forget.isPending}
        onConfirm={() => forget.mutate()}
        onClose={() => setForgetting(false)}
      >
        <Text>{t('forgetHelp')}</Text>
      </ConfirmTyped>
    </>
  );
}
