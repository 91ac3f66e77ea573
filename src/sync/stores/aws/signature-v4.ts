import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from './aws-credentials.js';

const ALGORITHM = 'AWS4-HMAC-SHA256';

export interface SignedRequest {
  readonly method: string;
  /** Without a query: calls of AWS' JSON services have their input in the body. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Part of AWS, and the time, that a signature is good for. */
export interface SigningScope {
  readonly region: string;
  readonly service: string;
  readonly nowMs: number;
}

/**
 * Returns the headers of a request, among them its signature of version 4, which covers all of
 * them, the host and the body.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedHeaders(
  { method, url, headers, body }: SignedRequest,
  { region, service, nowMs }: SigningScope,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
): Readonly<Record<string, string>> {
  const time = new Date(nowMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const token = sessionToken?.revealText();
  const sent = {
    ...headers,
    'x-amz-date': time,
    ...(token !== undefined && { 'x-amz-security-token': token }),
  };
  const covered = Object.entries({ ...sent, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replaceAll(/ +/g, ' ')] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const names = covered.map(([name]) => name).join(';');
  const lines = covered.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = [method, url.pathname, '', lines, names, hashOf(body)].join('\n');
  const scope = [day, region, service, 'aws4_request'].join('/');
  const text = [ALGORITHM, time, scope, hashOf(canonical)].join('\n');
  const dayKey = hmac(`AWS4${secretAccessKey.revealText() ?? ''}`, day);
  const key = hmac(hmac(hmac(dayKey, region), service), 'aws4_request');
  const signature = hmac(key, text).toString('hex');
  const authorization =
    `${ALGORITHM} Credential=${accessKeyId}/${scope}, ` +
    `SignedHeaders=${names}, Signature=${signature}`;
  return { ...sent, authorization };
}

function hashOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
