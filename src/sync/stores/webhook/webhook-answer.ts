import { parseJson } from '../../../core/parse-json.js';
import { SecretValue } from '../../../core/secret-value.js';
import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { type FoundMark, readMark } from '../../domain/remote-mark.js';
import type { RemoteSecret, RemoteState, RemoteValues } from '../../domain/remote-store.js';
import { type JsonBody, memberOf, textOf } from '../json-values.js';
import { bodyIfJson, bodyOf, changed, faultOfStatus } from '../store-answer.js';

/** Versions become a part of queries, of statuses and of the trail. */
const VERSION = /^[A-Za-z0-9._-]{1,128}$/;
/** RFC 3339 with at most nanoseconds. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Returns the state that an answer to a read means. Throws RemoteFault for any other answer. */
export function stateIn(answer: HttpsAnswer, name: string): RemoteState {
  if (answer.status === 404 && says(answer, 'absent')) return { kind: 'absent' };
  if (answer.status === 410) return deletedIn(strictBody(answer), name);
  if (answer.status !== 200) throw faultOf(answer);
  return secretIn(strictBody(answer), name);
}

/**
 * Returns the version after a write. It must not be that of the state before: without another
 * version for each write, no write is conditional. Throws RemoteFault for any other answer.
 */
export function versionAfter(
  answer: HttpsAnswer,
  name: string,
  expectedVersion: string | null,
): string {
  if (answer.status !== 200) throw faultOf(answer);
  const version = versionIn(strictBody(answer), name);
  if (version !== expectedVersion) return version;
  throw new RemoteFault('TargetFailed', 'the store has the same version after a write');
}

/** Returns the failure that an answer means. It quotes nothing of the store. */
export function faultOf(answer: HttpsAnswer): RemoteFault {
  const isChanged = answer.status === 409 && says(answer, 'changed');
  return isChanged ? changed() : faultOfStatus(answer);
}

/** Reports whether a body is `{"MEMBER": true}`: the 404 of another server has another body. */
function says(answer: HttpsAnswer, member: string): boolean {
  const body = bodyIfJson(answer) ?? {};
  return Object.keys(body).length === 1 && body[member] === true;
}

/** Returns a body without a second reading, such as a member that is there twice. */
function strictBody(answer: HttpsAnswer): JsonBody {
  const body = bodyOf(answer);
  try {
    parseJson(answer.body ?? Buffer.alloc(0));
  } catch {
    // The error may quote a key.
    throw notContract();
  }
  return body;
}

function deletedIn(body: JsonBody, name: string): RemoteState {
  if (body['deleted'] !== true) throw notContract();
  return { kind: 'deleted', version: versionIn(body, name), mark: ownerIn(body) };
}

function secretIn(body: JsonBody, name: string): RemoteSecret {
  const values = memberOf(body, 'values');
  if (values === undefined) throw notContract();
  return {
    kind: 'present',
    version: versionIn(body, name),
    values: valuesIn(values),
    mark: ownerIn(body),
    changedAt: timeIn(body),
  };
}

function versionIn(body: JsonBody, name: string): string {
  if (body['name'] !== name) {
    throw new RemoteFault('TargetFailed', 'the store answers about another name');
  }
  const version = textOf(body['version']);
  if (version === undefined || !VERSION.test(version)) throw notContract();
  return version;
}

function ownerIn({ owner }: JsonBody): FoundMark {
  if (owner === null) return undefined;
  const text = textOf(owner);
  if (text === undefined) throw notContract();
  return readMark(text);
}

function timeIn({ changedAt = null }: JsonBody): string | undefined {
  if (changedAt === null) return undefined;
  const text = textOf(changedAt);
  if (text === undefined || !TIME.test(text)) throw notContract();
  return text;
}

function valuesIn(values: JsonBody): RemoteValues {
  const entries = Object.entries(values).map(([key, member]) => {
    const text = textOf(member);
    const value = text === undefined ? undefined : SecretValue.fromBase64(text);
    if (value !== undefined) return [key, value] as const;
    throw new RemoteFault('NotReadable', 'a value of the secret in the store is not base64');
  });
  return new Map(entries);
}

function notContract(): RemoteFault {
  return new RemoteFault('TargetFailed', 'the store does not answer as a webhook store');
}
