import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { bodyOf, busy, changed, type JsonObject, memberOf } from '../json-answer.js';

const CAS_MISMATCH = /check-and-set parameter (?:did|does) not match/;

/** Returns the member `data` of a successful answer. Throws RemoteFault for any other answer. */
export function dataOf(answer: HttpsAnswer): JsonObject {
  if (answer.status !== 200) throw faultOf(answer);
  const data = memberOf(bodyOf(answer), 'data');
  if (data === undefined) throw notKv();
  return data;
}

/** Returns the failure of an answer that has not the members of a KV secrets engine. */
export function notKv(): RemoteFault {
  return new RemoteFault('TargetFailed', 'the store does not answer as a KV secrets engine');
}

/** Returns the failure that an answer means. It quotes nothing of the store. */
export function faultOf(answer: HttpsAnswer): RemoteFault {
  const { status } = answer;
  if (status === 401 || status === 403) {
    return new RemoteFault('StoreDenied', 'the store refuses the credential or the right');
  }
  if (status === 429 || status === 503) return busy(answer);
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

/** Returns the errors that an answer lists. */
export function errorsOf(answer: HttpsAnswer): readonly string[] {
  const { errors } = bodyOf(answer);
  return Array.isArray(errors) ? errors.filter((one) => typeof one === 'string') : [];
}
