import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { type JsonBody, memberOf } from '../json-values.js';
import { bodyOf, changed, faultOfStatus } from '../store-answer.js';

const CAS_MISMATCH = /check-and-set parameter (?:did|does) not match/;

/** Returns the member `data` of a successful answer. Throws RemoteFault for any other answer. */
export function dataOf(answer: HttpsAnswer): JsonBody {
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
  return isMismatch(answer) ? changed() : faultOfStatus(answer);
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
