/** The sequences of profiles, match rows and identities step by this: one call is good for that many ids. */
export const ID_BLOCK = 10_000;
