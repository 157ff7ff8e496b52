import { Alert, Button, Checkbox, FileButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Database, useDatabase } from '../api/databases.ts';
import { sendFile, type UploadReport, type UploadWish } from '../api/uploads.ts';
import { CodeError } from '../components/code-error.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { Page } from '../components/page.tsx';
import { Section } from '../components/section.tsx';
import { MappingFields } from './mapping-fields.tsx';
import { UploadProgress } from './upload-progress.tsx';

/** A file of people: looked at first, then taken in. */
export function UploadScreen() {
  const { t } = useTranslation('upload');
  const { databases, database, isRead, error, retry, choose } = useDatabase();
  return (
    <Page title={t('title')} lead={t('lead')}>
      {error !== null && <CodeError error={error} onRetry={retry} />}
      <DatabasePicker databases={databases} value={database?.id ?? ''} onChange={choose} />
      {isRead && database === null && <Text>{t('noDatabase')}</Text>}
      {database !== null && <Form key={database.id} database={database} />}
    </Page>
  );
}

const blank = { id: '', map: '', mirror: false };

function Form({ database }: { readonly database: Database }) {
  const { t } = useTranslation('upload');
  const [file, setFile] = useState<File | null>(null);
  const [wish, setWish] = useState(blank);
  const [looked, setLooked] = useState<UploadReport | null>(null);
  const send = useMutation({ mutationFn: sendFile, meta: { isSaidInPlace: true } });
  const ask = (chosen: File, dryRun: boolean): void => {
    send.mutate({ ...wish, ...{ databaseId: database.id, file: chosen, dryRun } });
  };
  const wasLook = send.variables?.dryRun === true;
  return (
    <>
      <Group gap="sm">
        <FileButton
          accept=".csv,.tsv,.txt,.xlsx,.ndjson,.jsonl,.parquet,.gz,.zip"
          inputProps={{ 'aria-label': t('choose') }}
          onChange={(chosen) => {
            if (chosen === null) return;
            setFile(chosen);
            setLooked(null);
            ask(chosen, true);
          }}
        >
          {(props) => (
            <Button
              {...props}
              loading={send.isPending}
              variant={file === null ? 'filled' : 'default'}
            >
              {t('choose')}
            </Button>
          )}
        </FileButton>
        {file !== null && <Text>{file.name}</Text>}
      </Group>
      <Text size="sm">{t('chooseHelp')}</Text>
      {send.error !== null && <CodeError error={send.error} />}
      {send.data !== undefined && (
        <UploadProgress
          key={send.data.id}
          uploadId={send.data.id}
          isLook={wasLook}
          onLooked={setLooked}
        />
      )}
      {file !== null && (
        <Wishes
          wish={wish}
          onChange={(change) => setWish({ ...wish, ...change })}
          looked={looked}
          isBusy={send.isPending}
          onLook={() => ask(file, true)}
          onImport={() => ask(file, false)}
        />
      )}
    </>
  );
}

interface WishesProps {
  readonly wish: Pick<UploadWish, 'id' | 'map' | 'mirror'>;
  readonly onChange: (change: Partial<UploadWish>) => void;
  /** Null: nobody has looked at it yet. */
  readonly looked: UploadReport | null;
  readonly isBusy: boolean;
  readonly onLook: () => void;
  readonly onImport: () => void;
}

/** What is taken as what; looked at again as often as somebody likes, then taken in. */
function Wishes({ wish, onChange, looked, isBusy, onLook, onImport }: WishesProps) {
  const { t } = useTranslation('upload');
  const columns =
    looked === null
      ? []
      : [
          ...new Set([
            ...Object.keys(looked.mapped),
            ...Object.keys(looked.traits),
            ...looked.ignored,
          ]),
        ];
  return (
    <Section title={t('mapping')} lead={t('mappingLead')}>
      <Stack align="stretch">
        <TextInput
          label={t('id')}
          description={t('idHelp')}
          maw={420}
          value={wish.id}
          onChange={(event) => onChange({ id: event.currentTarget.value })}
        />
        {looked !== null && (
          <MappingFields
            map={wish.map}
            onChange={(map) => onChange({ map })}
            columns={columns}
            mapped={looked.mapped}
          />
        )}
        <Checkbox
          label={t('mirror')}
          description={t('mirrorHelp')}
          checked={wish.mirror}
          onChange={(event) => onChange({ mirror: event.currentTarget.checked })}
        />
        {wish.mirror && <Alert color="orange">{t('mirrorWarning')}</Alert>}
        <Group gap="sm">
          <Button variant="default" loading={isBusy} onClick={onLook}>
            {t('look')}
          </Button>
          <Button loading={isBusy} disabled={looked === null} onClick={onImport}>
            {t('import')}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
