import { createReadStream, readFileSync, statSync } from 'node:fs';
import { request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { limits } from '../core/limits.js';
import { UsageError } from './command.js';
import { headersOf } from './header-fields.js';
import { type Pace, paced } from './paced.js';

export interface SourceOptions {
  /** A file with one header field a line, as curl's `-H @FILE` takes it. */
  readonly headerFile?: string | undefined;
  /** PEM of the authority of an https URL; the system's if absent. */
  readonly certificateAuthorityFile?: string | undefined;
}

const PIECE_BYTES = 1024 * 1024;
const PACE: Pace = {
  bytesMin: limits.auditExportPaceBytesMin,
  everyMs: limits.auditExportSilenceMsMax,
};

/** Opens an export in pieces: a file, `-` for standard input, or the URL of a gateway. */
export async function openExport(
  source: string,
  options: SourceOptions = {},
): Promise<AsyncIterable<Uint8Array>> {
  if (/^https?:\/\//.test(source)) return download(source, options);
  if (source === '-') return process.stdin;
  if (!statSync(source, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`there is no file ${source}`);
  }
  return piecesOf(source);
}

/** Opens the file when it is read, so that its error always has a listener. */
async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Uint8Array>;
}

async function download(base: string, options: SourceOptions): Promise<AsyncIterable<Uint8Array>> {
  const url = new URL('v1/audit/export?format=tlog', base.endsWith('/') ? base : `${base}/`);
  const { headerFile, certificateAuthorityFile: authority } = options;
  const headers = headersOf(headerFile);
  const request = url.protocol === 'https:' ? requestSecurely : requestPlainly;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(url, {
    headers,
    ...(authority !== undefined && { ca: readFileSync(authority) }),
  });
  // The limit applies to silence, not to the whole: a large export takes long.
  outgoing.setTimeout(limits.auditExportSilenceMsMax, () => {
    outgoing.destroy(new Error(`${url.host} has gone silent`));
  });
  outgoing.on('response', resolve).on('error', reject).end();
  const response = await promise;
  if (response.statusCode === 200) return paced(response, PACE);
  response.destroy();
  throw new UsageError(`${url.host} answered ${response.statusCode}, where the log was asked for`);
}
