/**
 * What `@segment/analytics-next` asks for before it sends anything: where calls go, and no other
 * destinations (its src/browser/settings.ts, version 1.84.3). `address` is how the browser reached us.
 */
export function browserSettings(
  writeKey: string,
  address: { readonly host: string; readonly protocol: 'http' | 'https' },
): object {
  return {
    integrations: {
      'Segment.io': {
        apiKey: writeKey,
        apiHost: `${address.host}/v1`,
        protocol: address.protocol,
        unbundledIntegrations: [],
        addBundledMetadata: false,
        maybeBundledConfigIds: {},
      },
    },
    plan: {
      track: { __default: { enabled: true, integrations: {} } },
      identify: { __default: { enabled: true } },
      group: { __default: { enabled: true } },
    },
    edgeFunction: {},
    analyticsNextEnabled: true,
    middlewareSettings: {},
    enabledMiddleware: {},
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  };
}
