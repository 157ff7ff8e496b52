import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';
import { readSettings } from './settings.ts';

describe('readSettings', () => {
  it('has defaults for everything', () => {
    const { settings, secrets } = readSettings({});
    expect(settings.dataDirectory).toBe(`${process.cwd()}/.muster`);
    expect(settings).toMatchObject({ servePort: 4780, sandboxPort: 4700, settleMs: null });
    expect(new Set(Object.values(secrets))).toEqual(new Set([null]));
    expect(settings).toMatchObject({ serveHost: '127.0.0.1', publicUrl: null, trustedProxies: [] });
  });

  it('takes a flag before the environment, and the environment before the default', () => {
    const environment = { MUSTER_DATA: '/one', MUSTER_PORT: '1234' };
    expect(readSettings(environment).settings.dataDirectory).toBe('/one');
    const { settings } = readSettings(environment, { dataDirectory: '/two' });
    expect(settings).toMatchObject({ dataDirectory: '/two', servePort: 1234 });
  });

  it('takes an empty variable for one that is not set', () => {
    const { settings, secrets } = readSettings({ MUSTER_SETTLE_MS: '', DATABASE_URL: '' });
    expect(settings.settleMs).toBeNull();
    expect(secrets.databaseUrl).toBeNull();
  });

  it.each([
    ['MUSTER_PORT', '65536'],
    ['MUSTER_PORT', 'http'],
    ['MUSTER_SANDBOX_PORT', '-1'],
    ['MUSTER_SETTLE_MS', '1.5'],
    ['MUSTER_QUOTA_SHARE', '101'],
    ['MUSTER_API_VERSION', '26'],
    ['MUSTER_PUBLIC_URL', 'example.com'],
    ['MUSTER_PUBLIC_URL', 'https://example.com/?a=b'],
    ['MUSTER_TRUSTED_PROXIES', '10.0.0.0/8, proxy'],
    ['MUSTER_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['MUSTER_LOG', 'xml'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(name);
  });

  it('reads where people open it, and which proxies are believed', () => {
    const { settings } = readSettings({
      MUSTER_PUBLIC_URL: 'https://Example.com/muster/',
      MUSTER_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    });
    expect(settings.publicUrl).toBe('https://example.com/muster');
    expect(settings.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
  });

  it('reads a secret from a file each time, and says which file it cannot read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-secrets-'));
    const path = join(folder, 'token');
    const { settings, secrets } = readSettings({ MUSTER_METRICS_TOKEN_FILE: path });
    expect(settings.secretFiles).toEqual([{ variable: 'MUSTER_METRICS_TOKEN_FILE', path }]);
    const read = () => secrets.metricsToken?.reveal();
    expect(read).toThrow(/MUSTER_METRICS_TOKEN_FILE: .*ENOENT/);
    writeFileSync(path, '\n');
    expect(read).toThrow('is empty');
    for (const token of ['one', 'two']) {
      writeFileSync(path, `${token}\n`);
      expect(read()).toBe(token);
    }
    rmSync(folder, { recursive: true });
  });

  it('takes the variable itself before its file, and leaves the key’s file to who rotates it', () => {
    const environment = { MUSTER_SMTP_URL: 'smtp://a', MUSTER_SMTP_URL_FILE: '/nowhere' };
    expect(readSettings(environment).secrets.smtpUrl?.reveal()).toBe('smtp://a');
    const { settings, secrets } = readSettings({ MUSTER_KEY_FILE: '/srv/key' });
    expect([settings.keyFile, secrets.key]).toEqual(['/srv/key', null]);
  });

  it('cannot be changed afterwards', () => {
    const { settings } = readSettings({});
    expect(() => Object.assign(settings, { debug: true })).toThrow(TypeError);
  });
});

describe('Secret', () => {
  it('shows itself only where it is asked to', () => {
    const secret = new Secret('hunter2');
    const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { depth: 5 })];
    expect(shown.join()).not.toContain('hunter2');
    expect(secret.reveal()).toBe('hunter2');
  });
});
