/** One thing to do at Meta before connecting, as the command line and the pages show it. */
export interface GuideStep {
  readonly title: string;
  /** Whole sentences. */
  readonly words: string;
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

const systemUsers = {
  title: 'Business settings, system users',
  url: 'https://business.facebook.com/settings/system-users',
};
const apps = { title: 'Apps for developers', url: 'https://developers.facebook.com/apps' };

/**
 * How to come by an ad account id and a token that never expires, step by step (features.md C-04).
 * Read at Meta on 2026-09-12: developers.facebook.com/docs/marketing-api/get-started/authorization
 * and …/system-users.
 */
export const guideSteps: readonly GuideStep[] = [
  {
    title: 'Find the id of your ad account',
    words:
      'Open the ad accounts in the business settings and choose yours. The id is the number below its name, also the number behind act= in the address of the Ads Manager. The ad account must belong to your business portfolio, and you must be admin of that business.',
    links: [
      {
        title: 'Business settings, ad accounts',
        url: 'https://business.facebook.com/settings/ad-accounts',
      },
    ],
  },
  {
    title: 'Make an app',
    words:
      'In the developer pages make an app of type Business for your business portfolio. In its basic settings give it an icon, the address of your privacy policy and a category, then switch it to live. Note app id and app secret from the same page if you want Muster to prove every call (optional) or to log in with Facebook.',
    links: [
      apps,
      {
        title: 'Register as a developer',
        url: 'https://developers.facebook.com/docs/development/register',
      },
    ],
  },
  {
    title: 'Add the Marketing API',
    words:
      'In the app add the product Marketing API. Under Settings, Advanced, choose your business portfolio and add your ad account to the authorised ad accounts.',
    links: [apps],
  },
  {
    title: 'Ask for access',
    words:
      'For ad accounts of your own business, standard access to ads_management is enough and is there from the start; check it under App Review, Permissions and Features. For ad accounts of others ask for advanced access and wait for the approval. Full access to the Marketing API gives more calls an hour.',
    links: [
      {
        title: 'Marketing API, authorization',
        url: 'https://developers.facebook.com/docs/marketing-api/get-started/authorization',
      },
    ],
  },
  {
    title: 'Make a system user (recommended)',
    words:
      'In the business settings add a system user with the role admin. Assign the app to it with full control, and the ad account with the task Manage ad account. Check that the app is listed among the apps of the business.',
    links: [
      systemUsers,
      { title: 'Business settings, apps', url: 'https://business.facebook.com/settings/apps' },
    ],
  },
  {
    title: 'Generate its token',
    words:
      'At the system user choose Generate new token, choose the app, expiry Never, and tick ads_management, ads_read and business_management. Meta shows the token once: put it into a file that only you can read, and give that to Muster with --token-file.',
    links: [systemUsers],
  },
  {
    title: 'Or: a token of your own for 60 days (not recommended)',
    words:
      'In the app open Marketing API, Tools, tick ads_management and choose Get token. It ends after 60 days, and each newly generated token replaces the previous one. Muster warns 14, 7 and 1 days before. Logging in (muster connect --login) gives such a token too.',
    links: [apps],
  },
  {
    title: 'Accept the Custom Audience terms',
    words:
      'A person of the business, not a system user, opens the page below with the number of the ad account behind act= and accepts. Once for one ad account of a business is enough for all of them.',
    links: [
      {
        title: 'Custom Audience terms',
        url: 'https://business.facebook.com/ads/manage/customaudiences/tos/?act=AD_ACCOUNT_NUMBER',
      },
    ],
  },
];
