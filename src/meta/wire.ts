/**
 * The wire: shapes and words exactly as Meta's Graph API spells them, and nothing that runs. The
 * client still reads every answer as unknown; the shapes say what it looks for, and hold the tests'
 * recorded answers to it. Every id is a string, because Meta's ids pass
 * 2^53. Unless a line says otherwise the source is the Marketing API reference
 * (https://developers.facebook.com/documentation/ads-commerce/marketing-api, read 2026-09-12) and the
 * recorded traffic of 2021 in github.com/grouparoo/grouparoo (plugins/@grouparoo/facebook).
 */

export const apiHost = 'https://graph.facebook.com';
/** The page of the Custom Audience terms; behind it stands the number of an ad account. */
export const termsPath = '/ads/manage/customaudiences/tos/';
export const defaultVersion = 'v26.0';

/** Last parts of the paths; in front of them stands a node: `act_1`, an audience id, `me`. */
export const edges = {
  adAccounts: 'adaccounts',
  businesses: 'businesses',
  ownedAdAccounts: 'owned_ad_accounts',
  clientAdAccounts: 'client_ad_accounts',
  customAudiences: 'customaudiences',
  users: 'users',
  usersReplace: 'usersreplace',
  usersOfAnyAudience: 'usersofanyaudience',
  sessions: 'sessions',
  adSets: 'adsets',
  insights: 'insights',
} as const;

export const paths = {
  me: 'me',
  permissions: 'me/permissions',
  debugToken: 'debug_token',
  accessToken: 'oauth/access_token',
  revoke: 'oauth/revoke',
} as const;

export const params = {
  accessToken: 'access_token',
  appsecretProof: 'appsecret_proof',
  fields: 'fields',
  limit: 'limit',
  after: 'after',
  sessionId: 'session_id',
  inputToken: 'input_token',
  clientId: 'client_id',
  clientSecret: 'client_secret',
  redirectUri: 'redirect_uri',
  code: 'code',
  codeVerifier: 'code_verifier',
  grantType: 'grant_type',
  exchangeToken: 'fb_exchange_token',
  setExpiresIn60Days: 'set_token_expires_in_60_days',
  revokeToken: 'revoke_token',
  /**
   * A POST whose body holds `method=GET` or `method=DELETE` is that call. Meta's own PHP SDK sent
   * every call so; we use it where the parameters are secrets, which no URL may hold.
   */
  method: 'method',
} as const;

export const headers = {
  version: 'facebook-api-version',
  appUsage: 'x-app-usage',
  accountUsage: 'x-ad-account-usage',
  useCaseUsage: 'x-business-use-case-usage',
} as const;

// ---- errors ------------------------------------------------------------------------------------

export interface WireError {
  error: {
    message: string;
    type: string;
    code: number;
    error_subcode?: number;
    is_transient?: boolean;
    error_user_title?: string;
    error_user_msg?: string;
    /** An object, or that object as a JSON string. */
    error_data?: { blame_field_specs?: string[][] } | string;
    fbtrace_id: string;
  };
}

// ---- lists -------------------------------------------------------------------------------------

/** An empty list has no `paging`; the last page has cursors and no `next`. */
export interface WirePage<Item> {
  data: Item[];
  paging?: { cursors?: { before: string; after: string }; next?: string; previous?: string };
}

// ---- people, accounts, tokens ------------------------------------------------------------------

export interface WireMe {
  id: string;
  name?: string;
}

export interface WirePermission {
  permission: string;
  status: 'granted' | 'declined' | 'expired';
}

interface WireBusiness {
  id: string;
  name?: string;
}

export interface WireAdAccount {
  /** `act_<number>`. */
  id: string;
  /** The number alone. */
  account_id: string;
  name?: string;
  account_status?: number;
  disable_reason?: number;
  currency?: string;
  timezone_name?: string;
  business?: WireBusiness;
  tos_accepted?: Record<string, number>;
  user_tos_accepted?: Record<string, number>;
  user_tasks?: string[];
  capabilities?: string[];
}

/** The key of `tos_accepted` that customer lists need. */
export const customAudienceTerms = 'custom_audience_tos';

export const accountStatuses = {
  1: 'ACTIVE',
  2: 'DISABLED',
  3: 'UNSETTLED',
  7: 'PENDING_RISK_REVIEW',
  8: 'PENDING_SETTLEMENT',
  9: 'IN_GRACE_PERIOD',
  100: 'PENDING_CLOSURE',
  101: 'CLOSED',
  201: 'ANY_ACTIVE',
  202: 'ANY_CLOSED',
} as const;

export interface WireDebugToken {
  data: {
    app_id?: string;
    type?: string;
    application?: string;
    /** Unix seconds; 0 = never. */
    expires_at?: number;
    data_access_expires_at?: number;
    issued_at?: number;
    is_valid: boolean;
    scopes?: string[];
    granular_scopes?: { scope: string; target_ids?: string[] }[];
    user_id?: string;
    error?: { code: number; message: string; subcode?: number };
  };
}

export interface WireAccessToken {
  access_token: string;
  token_type?: string;
  /** Seconds; absent for a token without an end. */
  expires_in?: number;
}

// ---- audiences ---------------------------------------------------------------------------------

export const customerFileSources = [
  'USER_PROVIDED_ONLY',
  'PARTNER_PROVIDED_ONLY',
  'BOTH_USER_AND_PARTNER_PROVIDED',
] as const;
export type CustomerFileSource = (typeof customerFileSources)[number];

/** What an audience can be read back as; Meta adds to it, so the client accepts any word. */
export const subtypes = { custom: 'CUSTOM', lookalike: 'LOOKALIKE' } as const;

export interface WireAudienceCreate {
  name: string;
  subtype: string;
  description?: string;
  customer_file_source?: string;
  opt_out_link?: string;
  retention_days?: number;
  is_value_based?: boolean;
  origin_audience_id?: string;
  /** A JSON document as a string. */
  lookalike_spec?: string;
}

export interface WireStatus {
  code: number;
  description?: string;
}

/** Only the fields that were asked for come back; without `fields` that is the id alone. */
export interface WireAudience {
  id: string;
  account_id?: string;
  name?: string;
  description?: string;
  subtype?: string;
  customer_file_source?: string;
  opt_out_link?: string;
  is_value_based?: boolean;
  retention_days?: number;
  /** Rounded; -1 while Meta has nothing to say. */
  approximate_count_lower_bound?: number;
  approximate_count_upper_bound?: number;
  delivery_status?: WireStatus;
  operation_status?: WireStatus;
  permission_for_actions?: Record<string, boolean | string>;
  lookalike_audience_ids?: string[];
  lookalike_spec?: unknown;
  fields_violating_integrity_policy?: string[];
  /** Unix seconds: made; its name and the like changed; its members changed; it will be deleted. */
  time_created?: number;
  time_updated?: number;
  time_content_updated?: number;
  delete_time?: number;
}

export interface WireCreated {
  id: string;
  message?: string;
}

export interface WireSuccess {
  success: boolean;
  message?: string;
}

// ---- members -----------------------------------------------------------------------------------

/** One session is one upload, however many requests it takes; the id is unique in the ad account. */
interface WireSession {
  session_id: number;
  batch_seq: number;
  last_batch_flag: boolean;
  estimated_num_total?: number;
}

/** The body of a call to `users`: rows follow the schema, a blank is `""`. */
export interface WireUsers {
  payload: {
    schema: string[] | string;
    data: (string | number | readonly string[])[][] | string[];
    app_ids?: string[];
    page_ids?: string[];
    ig_account_ids?: string[];
    is_raw?: boolean;
  };
  session?: WireSession;
}

export interface WireUsersResult {
  audience_id: string;
  session_id: string;
  /** All rows of the session so far, the invalid ones included. */
  num_received: number;
  /** Badly hashed or blank rows; approximate, and no count of people who were not matched. */
  num_invalid_entries: number;
  /** The row as JSON → why; at most 100. The guide also shows an array of strings. */
  invalid_entry_samples: Record<string, string> | string[];
}

/** What `sessions` returns: numbers as strings. `stage` may stay at "uploading" for ever. */
export interface WireSessionState {
  session_id: string;
  start_time: string;
  end_time: string;
  num_received: string;
  num_matched: string;
  num_invalid_entries: string;
  progress: string;
  stage: string;
}

// ---- usage headers -----------------------------------------------------------------------------

/** X-App-Usage: percentages. */
export interface WireAppUsage {
  call_count: number;
  total_cputime: number;
  total_time: number;
}

/** X-Ad-Account-Usage: a percentage, and SECONDS until it starts over. */
export interface WireAccountUsage {
  acc_id_util_pct: number;
  reset_time_duration: number;
  ads_api_access_tier?: string;
}

/** X-Business-Use-Case-Usage: by ad account number, percentages, and MINUTES until access is back. */
export type WireUseCaseUsage = Record<
  string,
  {
    type: string;
    call_count: number;
    total_cputime: number;
    total_time: number;
    estimated_time_to_regain_access: number;
    ads_api_access_tier?: string;
  }[]
>;
