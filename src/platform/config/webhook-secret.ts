const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BYTES_MIN = 24;
const BYTES_MAX = 64;

export const WEBHOOK_SECRET_RULE = 'expected 24 to 64 bytes, or whsec_ and as many in base64';

/**
 * Returns the key in the text of a secret file, in either of its two forms; undefined if there is
 * none. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookKey(text: string): Buffer | undefined {
  const trimmed = text.trim();
  const encoded = trimmed.startsWith(PREFIX) ? trimmed.slice(PREFIX.length) : undefined;
  if (encoded !== undefined && !BASE64.test(encoded)) return undefined;
  const key = encoded === undefined ? Buffer.from(trimmed) : Buffer.from(encoded, 'base64');
  return key.length >= BYTES_MIN && key.length <= BYTES_MAX ? key : undefined;
}

/** Reports whether a secret file's text contains a key to sign requests. */
export function isWebhookSecret(text: string): boolean {
  return webhookKey(text) !== undefined;
}
