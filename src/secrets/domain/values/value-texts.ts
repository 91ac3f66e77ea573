import type { SecretData } from '../secret.js';
import { sortedEntries } from '../value-map.js';

/** Key and value; exactly one of text and base64 is not null. */
export interface ValueText {
  readonly key: string;
  readonly text: string | null;
  readonly base64: string | null;
}

/** Returns all values by key: as text, or in base64 if the bytes are not text. */
export function valueTexts(data: SecretData): readonly ValueText[] {
  return sortedEntries(data).map(([key, value]) => {
    const text = value.revealText() ?? null;
    return { key, text, base64: text === null ? value.revealBase64() : null };
  });
}
