import { bech32 } from '@scure/base';
import { type Kind, ofText } from './kind.js';

const KEY_BYTES = 32;
/** Keys of ML-KEM-768 and X25519. */
const HYBRID_KEY_BYTES = 1_184 + KEY_BYTES;
const CHARACTERS_MAX = 4_096;
const LINES_MAX = 1_000;

/** Private keys of age, one in a line. https://c2sp.org/age#the-x25519-recipient-type */
export const ageIdentityKind: Kind = {
  description: 'Identities of age: AGE-SECRET-KEY-1 lines, as `age-keygen` writes them.',
  bytesMax: 64 * 1_024,
  reasons: ofText((text) => lineReasons(text, identityReason)),
};

export const ageRecipientKind: Kind = {
  description: 'Recipients of age: age1 lines, also of its plugins.',
  bytesMax: 64 * 1_024,
  reasons: ofText((text) => lineReasons(text, recipientReason)),
};

function lineReasons(
  text: string,
  reasonOf: (line: string) => string | undefined,
): readonly string[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > LINES_MAX) return [`must have at most ${LINES_MAX} lines`];
  let count = 0;
  const reasons = lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    count += 1;
    const reason = reasonOf(line);
    return reason === undefined ? [] : [`line ${index + 1} ${reason}`];
  });
  return count === 0 ? ['must have a key'] : reasons;
}

function identityReason(line: string): string | undefined {
  if (line.startsWith('age1')) return 'is a recipient; must be an identity';
  if (/^age-secret-key-/i.test(line) && line !== line.toUpperCase()) return 'must be in upper case';
  const prefix = line.startsWith('AGE-SECRET-KEY-PQ-1') ? 'age-secret-key-pq-' : 'age-secret-key-';
  // Other characters become letters of ASCII in lower case, as the sign of kelvin does.
  const bytes = /^[A-Z0-9-]+$/.test(line) ? decoded(line.toLowerCase(), prefix) : undefined;
  return bytes?.length === KEY_BYTES ? undefined : 'must be an AGE-SECRET-KEY-1 without a mistake';
}

function recipientReason(line: string): string | undefined {
  if (line.startsWith('AGE-SECRET-KEY-')) return 'is an identity; must be a recipient';
  // The prefix of a recipient of a plugin is `age1` and the name of the plugin.
  const prefix = /^age(?:1[a-z0-9+._-]+(?=1))?/.exec(line)?.[0] ?? '';
  const length = decoded(line, prefix)?.length;
  const isRight = recipientBytes[prefix] === undefined || length === recipientBytes[prefix];
  const isRecipient = prefix !== '' && length !== undefined && isRight;
  return isRecipient ? undefined : 'must be an age1 recipient without a mistake';
}

/** Lengths of the keys that are no plugin's. */
const recipientBytes: Readonly<Record<string, number>> = {
  age: KEY_BYTES,
  age1pq: HYBRID_KEY_BYTES,
};

/** Returns the bytes of Bech32 with this prefix; undefined if its checksum fails (BIP 173). */
function decoded(text: string, prefix: string): Uint8Array | undefined {
  // `age` reads no recipient in upper case, which Bech32 would allow.
  if (text.length > CHARACTERS_MAX || text !== text.toLowerCase()) return undefined;
  const found = bech32.decodeUnsafe(text, CHARACTERS_MAX);
  return found?.prefix === prefix ? bech32.fromWordsUnsafe(found.words) || undefined : undefined;
}
