import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconLanguage, IconMoon, IconSun, IconSunMoon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../words/language.ts';

const schemes = [
  { scheme: 'light', word: 'schemeLight', Icon: IconSun },
  { scheme: 'dark', word: 'schemeDark', Icon: IconMoon },
  { scheme: 'auto', word: 'schemeAuto', Icon: IconSunMoon },
] as const;

const languages = [
  { language: 'en', word: 'english' },
  { language: 'de', word: 'german' },
] as const;

/** Light or dark, and the language. */
export function LooksMenu() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const mark = <IconCheck size={16} aria-hidden />;
  return (
    <Menu position="bottom-end" keepMounted={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`${t('scheme')}, ${t('language')}`}
        >
          <IconSunMoon size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('scheme')}</Menu.Label>
        {schemes.map(({ scheme, word, Icon }) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={colorScheme === scheme ? mark : null}
            aria-current={colorScheme === scheme}
            onClick={() => setColorScheme(scheme)}
          >
            {t(word)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('language')}</Menu.Label>
        {languages.map(({ language, word }) => (
          <Menu.Item
            key={language}
            lang={language}
            leftSection={<IconLanguage size={16} aria-hidden />}
            rightSection={i18n.language === language ? mark : null}
            aria-current={i18n.language === language}
            onClick={() => void chooseLanguage(language)}
          >
            {t(word)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
