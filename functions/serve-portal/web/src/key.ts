const KEY_BYTES = 24;

/** A key that names one sending: sent again under it, a request is carried out once. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
