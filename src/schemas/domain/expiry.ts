import { pointerTo } from '../../secrets/domain/json-pointer.js';
import { isRecord } from '../../secrets/domain/body-members.js';
import { certificatesIn } from './kinds/certificates.js';
import { parsedJson } from './kinds/parsed-json.js';
import type { SchemaSpec } from './schema-spec.js';
import type { CrossFacts, CrossRule } from './secret-rules.js';

type Expiry = NonNullable<SchemaSpec['expires']>;

const CERTIFICATES_MAX = 20;
/** Greatest distance of a Date from 1970, in milliseconds. */
const DATE_MS_MAX = 8.64e15;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Returns the rule that the values of a Secret have not expired. */
export function expiryRule(expires: Expiry): CrossRule {
  const { annotation } = expires;
  const key = expires.certificate ?? expires.jwt ?? expires.key;
  return {
    keys: key === undefined ? undefined : [key],
    annotation,
    violation: (facts) => {
      const pointer =
        key === undefined ? pointerTo('annotations', annotation ?? '') : pointerTo('data', key);
      const endMs = expiryMs(expires, facts);
      if (endMs === undefined) return undefined;
      if (Number.isNaN(endMs)) return { pointer, reason: noTime(expires) };
      return endMs < facts.nowMs ? { pointer, reason: 'has expired' } : undefined;
    },
  };
}

function noTime({ certificate, jwt }: Expiry): string {
  const isTime = certificate === undefined && jwt === undefined;
  return isTime
    ? 'must be a time such as 2030-01-31T12:00:00Z'
    : 'must have a time at which it ends';
}

/**
 * Returns when the values end, in milliseconds; undefined if the source is absent, NaN if it has no
 * time.
 */
export function expiryMs(
  { certificate, jwt, key, annotation }: Expiry,
  { contents, annotations }: Pick<CrossFacts, 'contents' | 'annotations'>,
): number | undefined {
  if (annotation !== undefined) {
    return Object.hasOwn(annotations, annotation) ? timeMs(annotations[annotation]) : undefined;
  }
  const name = certificate ?? jwt ?? key ?? '';
  if (!contents.has(name)) return undefined;
  const text = contents.get(name)?.text ?? '';
  if (certificate !== undefined) return certificateEndMs(text);
  return jwt === undefined ? timeMs(text.trim()) : tokenEndMs(text);
}

/** Returns an end that `expiryMs` found; null if there is none, or none that a date can be. */
export function endTime(endMs: number | undefined): string | null {
  const isDate = endMs !== undefined && Math.abs(endMs) <= DATE_MS_MAX;
  return isDate ? new Date(endMs).toISOString() : null;
}

/** Returns the earliest end: a chain is of no use once one of its certificates has expired. */
function certificateEndMs(text: string): number {
  const found = certificatesIn(text, CERTIFICATES_MAX);
  if (typeof found === 'string') return Number.NaN;
  return Math.min(...found.map(({ validToDate }) => validToDate.getTime()));
}

function tokenEndMs(text: string): number | undefined {
  const [, payload = ''] = text.split('.');
  const claims = parsedJson(Buffer.from(payload, 'base64url').toString('utf8'));
  if (!isRecord(claims)) return Number.NaN;
  const { exp } = claims;
  if (exp === undefined) return undefined;
  return typeof exp === 'number' ? exp * 1_000 : Number.NaN;
}

function timeMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return TIME.test(text) ? Date.parse(text) : Number.NaN;
}
