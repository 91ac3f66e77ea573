import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { crc32c } from '../../domain/crc32c.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { type FoundMark, readMark } from '../../domain/remote-mark.js';
import { memberOf, textOf, textsOf } from '../json-values.js';
import { bodyIfJson, bodyOf, changed, faultOfStatus } from '../store-answer.js';

/** Annotation with the mark of the owner; a key has no `/` there. */
export const MARK = 'sallyport-owner';

/** Secret without its versions. */
export interface GcpSecret {
  /** Time of its creation, which tells it from an earlier secret of the same name. */
  readonly createdAt: string;
  readonly etag: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly mark: FoundMark;
}

export interface GcpVersion {
  readonly number: number;
  readonly isEnabled: boolean;
  readonly etag: string | undefined;
}

const STATES: ReadonlySet<unknown> = new Set(['ENABLED', 'DISABLED', 'DESTROYED']);
const NUMBER = /\/versions\/([1-9]\d{0,14})$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Returns the secret of a successful answer. Throws RemoteFault for any other answer. */
export function secretOf(answer: HttpsAnswer): GcpSecret {
  if (answer.status !== 200) throw faultOf(answer);
  const body = bodyOf(answer);
  const createdAt = textOf(body['createTime']);
  const etag = textOf(body['etag']);
  if (createdAt === undefined || etag === undefined) throw notSecretManager();
  const annotations = textsOf(memberOf(body, 'annotations'));
  return { createdAt, etag, annotations, mark: readMark(annotations[MARK]) };
}

/** Returns the version of a successful answer. Throws RemoteFault for any other answer. */
export function versionOf(answer: HttpsAnswer): GcpVersion {
  if (answer.status !== 200) throw faultOf(answer);
  const body = bodyOf(answer);
  const { state } = body;
  if (!STATES.has(state)) throw notSecretManager();
  const isEnabled = state === 'ENABLED';
  return { number: numberIn(body['name']), isEnabled, etag: textOf(body['etag']) };
}

/** Returns the payload of a successful answer. Throws RemoteFault for any other answer. */
export function payloadIn(answer: HttpsAnswer): {
  readonly number: number;
  readonly payload: Buffer;
} {
  if (answer.status !== 200) throw faultOf(answer);
  const body = bodyOf(answer);
  const sent = memberOf(body, 'payload');
  // An empty payload has no member, as proto3 has it.
  const data = textOf(sent?.['data'] ?? '');
  const checksum = textOf(sent?.['dataCrc32c']);
  if (data === undefined || !BASE64.test(data)) throw notSecretManager();
  const payload = Buffer.from(data, 'base64');
  if (checksum !== undefined && checksum !== String(crc32c(payload))) {
    throw new RemoteFault('TargetFailed', 'the answer of the store is not what its checksum says');
  }
  return { number: numberIn(body['name']), payload };
}

function numberIn(name: unknown): number {
  const number = NUMBER.exec(textOf(name) ?? '')?.[1];
  if (number === undefined) throw notSecretManager();
  return Number(number);
}

/** Reports whether Secret Manager itself says that something is not there; a proxy does not. */
export function isNotFound(answer: HttpsAnswer): boolean {
  return answer.status === 404 && statusOf(answer) === 'NOT_FOUND';
}

export function isAlreadyThere(answer: HttpsAnswer): boolean {
  return answer.status === 409 && statusOf(answer) === 'ALREADY_EXISTS';
}

/** Reports whether a condition does not hold: another etag, or a version that has no payload. */
export function isPrecondition(answer: HttpsAnswer): boolean {
  return answer.status === 400 && statusOf(answer) === 'FAILED_PRECONDITION';
}

/**
 * Returns the failure that an answer means. It quotes nothing of the store.
 * https://cloud.google.com/secret-manager/docs/etags
 */
export function faultOf(answer: HttpsAnswer): RemoteFault {
  const isOther = isNotFound(answer) || isPrecondition(answer) || isAlreadyThere(answer);
  return isOther ? changed() : faultOfStatus(answer);
}

function notSecretManager(): RemoteFault {
  return new RemoteFault('TargetFailed', 'the store does not answer as GCP Secret Manager');
}

function statusOf(answer: HttpsAnswer): string | undefined {
  return textOf(memberOf(bodyIfJson(answer), 'error')?.['status']);
}
