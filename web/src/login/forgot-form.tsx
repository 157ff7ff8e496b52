import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { forgotPassword } from '../api/auth.ts';

/** Asks for a link by mail; says the same whether or not there is such an account. */
export function ForgotForm({ onBack }: { readonly onBack: () => void }) {
  const { t } = useTranslation('login');
  const [email, setEmail] = useState('');
  const { mutate, isPending, data } = useMutation({ mutationFn: forgotPassword });
  return (
    <Stack
      component="form"
      onSubmit={(event: { preventDefault(): void }) => {
        event.preventDefault();
        mutate(email);
      }}
    >
      {data !== undefined ? (
        <Alert color={data.mail ? 'teal.9' : 'blue'} role="status">
          {t(data.mail ? 'forgotLead' : 'forgotByHand')}
        </Alert>
      ) : (
        <>
          <Text size="sm">{t('forgotAsk')}</Text>
          <TextInput
            type="email"
            label={t('email')}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="username"
            required
          />
          <Button type="submit" loading={isPending}>
            {t('send')}
          </Button>
        </>
      )}
      <Anchor component="button" type="button" size="sm" onClick={onBack}>
        {t('back')}
      </Anchor>
    </Stack>
  );
}
