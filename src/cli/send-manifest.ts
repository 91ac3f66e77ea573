import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { sealingLimits } from '../core/sealing-limits.js';
import type { SourceOptions } from './export-source.js';
import { headersOf } from './header-fields.js';

export interface GatewayAnswer {
  readonly status: number;
  readonly text: string;
}

/** Posts a manifest to a gateway; returns its response. Rejects if none comes in time. */
export async function sendManifest(
  url: URL,
  { bytes, mediaType }: { readonly bytes: Uint8Array; readonly mediaType: string },
  { headerFile, certificateAuthorityFile: authority }: SourceOptions,
): Promise<GatewayAnswer> {
  const request = url.protocol === 'https:' ? requestSecurely : requestPlainly;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(url, {
    method: 'POST',
    headers: { ...headersOf(headerFile), 'content-type': mediaType },
    signal: AbortSignal.timeout(sealingLimits.sentMsMax),
    ...(authority !== undefined && { ca: readFileSync(authority) }),
  });
  outgoing.on('response', resolve).on('error', reject).end(bytes);
  const response = await promise;
  return { status: response.statusCode ?? 0, text: await textOf(response) };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    if (sizeBytes > sealingLimits.answerBytesMax) throw new Error('the response is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
