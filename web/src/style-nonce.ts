/** What the server lets style elements of this page carry (content security policy). */
export const styleNonce =
  document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';

/** For get-nonce, by which react-remove-scroll learns it when a dialogue opens. */
export function setStyleNonce(): void {
  Reflect.set(globalThis, '__webpack_nonce__', styleNonce);
}
