import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { jsonBody, numberOf, textOf } from '../json-values.js';
import { busy, pauseOf } from '../store-answer.js';
import { xmlText } from './xml-text.js';

const CODE = '[A-Za-z0-9.]{1,128}';

/** Codes of a demand for a pause; AWS sends some of them with status 400. */
const BUSY: ReadonlySet<string> = new Set([
  'IDPCommunicationError',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TooManyUpdates',
]);

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html */
const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** Failure of a call of AWS. */
export class AwsFault extends RemoteFault {
  /** Code of a refusal in JSON: other answers say nothing of the state of a secret. */
  readonly code: string | undefined;

  constructor(fault: RemoteFault, code: string | undefined) {
    super(fault.reason, fault.message, { retryAfterMs: fault.retryAfterMs });
    this.code = code;
  }
}

/** Reports whether a call of AWS failed with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof AwsFault && error.code !== undefined && codes.includes(error.code);
}

/** Returns the failure that an answer of AWS means. It quotes nothing of the answer. */
export function faultOf(answer: HttpsAnswer): AwsFault {
  const code = jsonCode(answer);
  const fault = meaningOf(answer, code ?? xmlCode(answer));
  return new AwsFault(fault, isRefusal(answer) ? code : undefined);
}

function meaningOf(answer: HttpsAnswer, code: string | undefined): RemoteFault {
  const { status } = answer;
  if (status === 429 || status === 503) return busy(pauseOf(answer));
  if (code !== undefined && BUSY.has(code)) return busy(pauseOf(answer));
  if (status === 401 || status === 403 || (code !== undefined && DENIED.has(code))) {
    return new RemoteFault('StoreDenied', 'AWS refuses the credential or the right');
  }
  if (status === 413) return new RemoteFault('StoreRefused', 'the values are too long for AWS');
  if (isRefusal(answer) && code !== undefined) {
    return new RemoteFault('StoreRefused', 'AWS refuses the request');
  }
  return new RemoteFault('TargetFailed', `the store answers with status ${status}`);
}

/** Reports whether AWS itself can have refused: it sends 400, and others with its API 404. */
function isRefusal({ status }: HttpsAnswer): boolean {
  return status === 400 || status === 404;
}

/**
 * Returns the code of a failure in JSON, without its namespace.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization
 */
function jsonCode({ body }: HttpsAnswer): string | undefined {
  const type = textOf(jsonBody(body ?? Buffer.alloc(0))?.['__type']);
  return new RegExp(`^${CODE}$`).exec(type?.split('#').at(-1) ?? '')?.[0];
}

/** Returns the code in XML, in which JSON services too refuse a signature. */
function xmlCode({ body }: HttpsAnswer): string | undefined {
  return xmlText(body?.toString('utf8') ?? '', 'Code', CODE);
}

/** Returns a time of AWS, in seconds with a fraction, as text of ISO 8601. */
export function timeOf(member: unknown): string | undefined {
  const ms = Math.round((numberOf(member) ?? Number.NaN) * 1_000);
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : undefined;
}
