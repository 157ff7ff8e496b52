import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from '@playwright/test';

const executablePath = '/usr/bin/chromium';

/** Whether there is a browser to test with; says in one line how to have one where there is none. */
export function hasChromium(what: string): boolean {
  const isThere = existsSync(executablePath);
  if (!isThere) console.log(`Left out: ${what}. Install Debian's chromium to have it.`);
  return isThere;
}

export function openBrowser(): Promise<Browser> {
  const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'];
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--no-first-run',
      ...quiet.map((one) => `--disable-${one}`),
    ],
  });
}

/** What axe has against a page, as "rule: element". */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
