import {
  type FieldError,
  SallyportError,
  invalidAt,
} from '../../../core/errors/sallyport-error.js';
import { limits } from '../../../core/limits.js';
import type { SecretValue } from '../../../core/secret-value.js';
import { refuseIfAny } from '../field-errors.js';
import { pointerTo } from '../json-pointer.js';
import type { SecretData } from '../secret.js';
import { type ReadEncoding, sortedEntries } from '../value-map.js';

/** Content that one entry returns: the whole Secret, or one key. */
export interface ShownEntry {
  readonly name: string;
  readonly data: SecretData;
}

/**
 * Collects `entries` in sequence. Throws TooLarge before the collected JSON exceeds
 * `limits.valuesBytesMax`. `charge` receives any size above a small threshold before it is written.
 */
export async function gatherShown(
  entries: AsyncIterable<ShownEntry> | Iterable<ShownEntry>,
  encoding: ReadEncoding = 'auto',
  charge: (bytes: number) => void = () => undefined,
): Promise<readonly ShownEntry[]> {
  const shown: ShownEntry[] = [];
  let sizeBytes = 0;
  let chargedBytes = 0;
  for await (const entry of entries) {
    for (const [key, value] of entry.data) {
      const valueBytes = encoding === 'base64' ? value.base64SizeBytes : value.jsonSizeBytes;
      sizeBytes += key.length + valueBytes;
    }
    if (sizeBytes > limits.valuesBytesMax) throw tooLarge();
    if (sizeBytes > limits.answerBytesFree) {
      charge(sizeBytes - Math.max(chargedBytes, limits.answerBytesFree));
      chargedBytes = sizeBytes;
    }
    shown.push(entry);
  }
  return shown;
}

function tooLarge(): SallyportError {
  const max = `${limits.valuesBytesMax / (1024 * 1024)} MiB`;
  return new SallyportError('TooLarge', `the values have more than ${max}: ask for fewer`);
}

/**
 * Renders `{"<secret>":{"<key>":"text"}}`: Secrets in the requested order, keys sorted. Writes
 * member by member, since an object would put names like `10` first. Throws Invalid naming Secret
 * and key of bytes that are not text, unless `encoding` is base64.
 */
export function valuesBody(entries: readonly ShownEntry[], encoding: ReadEncoding): string {
  const errors: FieldError[] = [];
  const secrets = [...gathered(entries)].map(([name, data]) => {
    const members = sortedEntries(data).flatMap(([key, value]) => {
      const text = encoding === 'base64' ? value.revealBase64() : value.revealText();
      if (text !== undefined) return [`${JSON.stringify(key)}:${JSON.stringify(text)}`];
      const reason = 'holds bytes that are not UTF-8 text; ask with encoding=base64';
      errors.push({ pointer: pointerTo(name, key), reason });
      return [];
    });
    return `${JSON.stringify(name)}:{${members.join(',')}}`;
  });
  refuseIfAny(errors);
  return `{${secrets.join(',')}}`;
}

/** Returns one map of all. Throws Invalid naming a key that two Secrets have. */
export function mergedValues(entries: readonly ShownEntry[]): SecretData {
  const merged = new Map<string, SecretValue>();
  const owners = new Map<string, string>();
  for (const [name, data] of gathered(entries)) {
    for (const [key, value] of data) {
      const other = owners.get(key);
      if (other !== undefined) {
        throw invalidAt(pointerTo('data', key), `stands in secrets "${other}" and "${name}"`);
      }
      owners.set(key, name);
      merged.set(key, value);
    }
  }
  return merged;
}

/** Merges entries: a Secret may be named more than once, as a whole and by keys. */
function gathered(entries: readonly ShownEntry[]): ReadonlyMap<string, SecretData> {
  const secrets = new Map<string, Map<string, SecretValue>>();
  for (const { name, data } of entries) {
    const known = secrets.get(name) ?? new Map<string, SecretValue>();
    for (const [key, value] of data) known.set(key, value);
    secrets.set(name, known);
  }
  return secrets;
}
