import { createReadStream, readFileSync, statSync } from 'node:fs';
import { request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { limits } from '../core/limits.js';
import { UsageError } from './command.js';

export interface SourceOptions {
  /** A file with one header field a line, as curl's `-H @FILE` takes it. */
  readonly headerFile?: string | undefined;
  /** PEM of the authority of an https URL; the system's if absent. */
  readonly certificateAuthorityFile?: string | undefined;
}

const PIECE_BYTES = 1024 * 1024;

/** An export in pieces: a file, `-` for standard input, or the URL of a gateway. */
export async function openExport(
  source: string,
  options: SourceOptions = {},
): Promise<AsyncIterable<Uint8Array>> {
  if (/^https?:\/\//.test(source)) return download(source, options);
  if (source === '-') return process.stdin;
  if (!statSync(source, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`there is no file ${source}`);
  }
  return createReadStream(source, { highWaterMark: PIECE_BYTES });
}

async function download(base: string, options: SourceOptions): Promise<IncomingMessage> {
  const url = new URL('v1/audit/export?format=tlog', base.endsWith('/') ? base : `${base}/`);
  const { headerFile, certificateAuthorityFile: authority } = options;
  const headers = headerFile === undefined ? {} : headersIn(readFileSync(headerFile, 'utf8'));
  const request = url.protocol === 'https:' ? requestSecurely : requestPlainly;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(url, {
    headers,
    ...(authority !== undefined && { ca: readFileSync(authority) }),
  });
  // Of silence, not of the whole: an export takes as long as it is large.
  outgoing.setTimeout(limits.auditExportSilenceMsMax, () => {
    outgoing.destroy(new Error(`${url.host} has gone silent`));
  });
  outgoing.on('response', resolve).on('error', reject).end();
  const response = await promise;
  if (response.statusCode === 200) return response;
  response.destroy();
  throw new UsageError(`${url.host} answered ${response.statusCode}, where the log was asked for`);
}

function headersIn(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').map((line) => line.trim());
  const fields = lines
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf(':');
      if (at < 1) throw new UsageError('the header file has a line that is no header field');
      return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    });
  return Object.fromEntries(fields) as Readonly<Record<string, string>>;
}
