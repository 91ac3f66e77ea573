import { syncLimits } from '../../../core/sync-limits.js';
import { SecretValue } from '../../../core/secret-value.js';
import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../../domain/remote-fault.js';

/** Body of an answer in JSON. */
export type KvBody = Readonly<Record<string, unknown>>;

const CAS_MISMATCH = /check-and-set parameter (?:did|does) not match/;

/** Returns the body of an answer. Throws RemoteFault TargetFailed for another one than JSON. */
export function bodyOf({ body }: HttpsAnswer): KvBody {
  if (body === undefined)
    throw new RemoteFault('TargetFailed', 'the answer of the store is too long');
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'), exactNumbers);
    if (isBody(parsed)) return parsed;
  } catch {
    // The error would quote the answer.
  }
  throw new RemoteFault('TargetFailed', 'the answer of the store is not JSON');
}

/** Returns the member `data` of a successful answer. Throws RemoteFault for any other answer. */
export function dataOf(answer: HttpsAnswer): KvBody {
  if (answer.status !== 200) throw faultOf(answer);
  const data = memberOf(bodyOf(answer), 'data');
  if (data === undefined) throw notKv();
  return data;
}

/** Returns the failure of an answer that has not the members of a KV secrets engine. */
export function notKv(): RemoteFault {
  return new RemoteFault('TargetFailed', 'the store does not answer as a KV secrets engine');
}

/** Keeps numbers as they were sent: `1.10` and large integers are values of secrets. */
function exactNumbers(_key: string, value: unknown, context?: { readonly source?: string }) {
  return typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value;
}

class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Returns a member that is a number. */
export function numberOf(member: unknown): number | undefined {
  return member instanceof ExactNumber ? Number(member.text) : undefined;
}

/** Returns a member that is an object of JSON; undefined for anything else. */
export function memberOf(body: unknown, name: string): KvBody | undefined {
  const member = isBody(body) ? body[name] : undefined;
  return isBody(member) ? member : undefined;
}

/**
 * Returns the values of a secret: texts, and numbers and booleans as they were sent. Throws
 * RemoteFault NotReadable for a member that is a list, an object or null.
 */
export function valuesOf(data: KvBody): ReadonlyMap<string, SecretValue> {
  const entries = Object.entries(data).map(([key, member]) => {
    const text = textOf(member);
    const value = text === undefined ? undefined : SecretValue.fromText(text);
    if (value !== undefined) return [key, value] as const;
    throw new RemoteFault('NotReadable', 'a member of the secret in the store is no plain text');
  });
  return new Map(entries);
}

function textOf(member: unknown): string | undefined {
  if (typeof member === 'string') return member;
  if (typeof member === 'boolean') return String(member);
  return member instanceof ExactNumber ? member.text : undefined;
}

function isBody(value: unknown): value is KvBody {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !(value instanceof ExactNumber);
}

/** Returns the failure that an answer means. It quotes nothing of the store. */
export function faultOf(answer: HttpsAnswer): RemoteFault {
  const { status } = answer;
  if (status === 401 || status === 403) {
    return new RemoteFault('StoreDenied', 'the store refuses the credential or the right');
  }
  if (status === 429 || status === 503) {
    const retryAfterMs = pauseOf(answer);
    return new RemoteFault('StoreBusy', 'the store takes no requests now', { retryAfterMs });
  }
  if (status === 413)
    return new RemoteFault('StoreRefused', 'the values are too long for the store');
  if (isMismatch(answer)) return changed();
  if (status === 400) return new RemoteFault('StoreRefused', 'the store refuses the request');
  return new RemoteFault('TargetFailed', `the store answers with status ${status}`);
}

/** Reports whether the store refuses a write because another state is there. */
export function isMismatch(answer: HttpsAnswer): boolean {
  if (answer.status !== 400) return false;
  return errorsOf(answer).some((text) => CAS_MISMATCH.test(text));
}

/** Returns the failure of a write for a state that is not there any more. */
export function changed(): RemoteFault {
  return new RemoteFault('StoreChanged', 'the secret in the store was changed meanwhile');
}

/** Returns the errors that an answer lists. */
export function errorsOf(answer: HttpsAnswer): readonly string[] {
  const { errors } = bodyOf(answer);
  return Array.isArray(errors) ? errors.filter((one) => typeof one === 'string') : [];
}

/** RFC 9110, section 10.2.3, in seconds; stores send no date. */
function pauseOf({ headers }: HttpsAnswer): number | undefined {
  const seconds = /^\d{1,9}$/.exec(headers['retry-after'] ?? '')?.[0];
  if (seconds === undefined) return undefined;
  return Math.min(Number(seconds) * 1_000, syncLimits.retryAfterMsMax);
}
