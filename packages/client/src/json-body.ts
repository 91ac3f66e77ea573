import { SecretBytes } from './secret-bytes.js';

/** Returns a body as JSON. Throws a TypeError for a SecretBytes, which JSON would not contain. */
export function jsonBody(body: object) {
  const text = JSON.stringify(body, function refuseHidden(this: unknown, name: string, value) {
    // Its toJSON was called already: the holder has the value itself.
    const held = (this as Readonly<Record<string, unknown>>)[name];
    if (held instanceof SecretBytes) {
      throw new TypeError(`reveal the value of ${JSON.stringify(name)}: it hides itself`);
    }
    return value as unknown;
  });
  return { body: text, mediaType: 'application/json' };
}
