/** As Segment has them (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api, read 2026-11-22). */
export const EVENT_BYTES_MAX = 32 * 1024;
export const BATCH_BYTES_MAX = 500 * 1024;
export const BATCH_CALLS_MAX = 2_500;
