import type { SecretData, StringMap } from '../../secrets/domain/secret.js';
import type { VersionAnnotation, VersionKey } from './version.js';

/** HMAC under a key for no other purpose; `context` names what is compared. */
export type Mac = (context: string, bytes: Uint8Array) => Buffer;

const CONTENT = 'sallyport version content';
const KEY = 'sallyport version key';
const ANNOTATION = 'sallyport version annotation';
/** Half of the MAC distinguishes 2^64 values and keeps rows short. */
const VALUE_MAC_BYTES = 16;

/** Returns a fingerprint to compare two contents, as `payloadOf` writes them. */
export function contentFingerprint(mac: Mac, payload: Uint8Array): Buffer {
  return mac(CONTENT, payload);
}

/**
 * Returns the sorted keys of a version. Each has its size, the MAC of its bytes under its name, and
 * the version in which the bytes last changed. This is `version`, unless `before` contains equal
 * bytes.
 */
export function versionKeys(
  mac: Mac,
  data: SecretData,
  version: number,
  before: readonly VersionKey[] = [],
): readonly VersionKey[] {
  const known = new Map(before.map((key) => [key.name, key]));
  const sorted = [...data].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([name, value]) => {
    const keyMac = shortMac(mac, `${KEY} ${name}`, value.reveal());
    const previous = known.get(name);
    const isSame = previous?.mac === keyMac && previous.sizeBytes === value.sizeBytes;
    const { sizeBytes } = value;
    return { name, sizeBytes, version: isSame ? previous.version : version, mac: keyMac };
  });
}

/** Returns the annotations of a version, sorted, each with the MAC of its value. */
export function versionAnnotations(mac: Mac, annotations: StringMap): readonly VersionAnnotation[] {
  const entries = Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, value]) => ({
    name,
    mac: shortMac(mac, `${ANNOTATION} ${name}`, Buffer.from(value, 'utf8')),
  }));
}

function shortMac(mac: Mac, context: string, bytes: Uint8Array): string {
  return mac(context, bytes).subarray(0, VALUE_MAC_BYTES).toString('base64');
}
