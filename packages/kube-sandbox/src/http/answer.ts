import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import { ApiStatusError, internalError } from '../model/api-status.js';
import { bounds } from '../store/sandbox-bounds.js';
import { isDiskFull } from '../store/sandbox-database.js';
import { type Format, negotiateFormat } from './negotiate.js';
import { PageNotFound } from './not-found.js';

/** `indented` is JSON in the form of responses that the API server does not negotiate. */
export type BodyFormat = Format | 'indented' | 'verbatim';

const AUDIT_ID_CHARACTERS_MAX = 300;
/** Sorts as Go's YAML does, and quotes what older parsers read as booleans. */
const yamlStyle = { version: '1.1', sortMapEntries: true, indentSeq: false } as const;

/** Returns the headers of every response; returns the client's Audit-ID, if it sent one. */
export function commonHeaders(request: IncomingMessage): Record<string, string> {
  const given = request.headers['audit-id'];
  const auditId = typeof given === 'string' ? given.slice(0, AUDIT_ID_CHARACTERS_MAX) : '';
  return { 'Audit-Id': auditId || randomUUID(), 'Cache-Control': 'no-cache, private' };
}

/**
 * Sends JSON text: indented if a person reads it, or as YAML if the client accepts YAML and the
 * text is short. YAML takes much longer to write, and a reader of YAML can read JSON. Headers that
 * the caller has set take precedence over the headers of every response.
 */
export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  format: BodyFormat = 'json',
): void {
  const used = isTooLongFor(format, text) ? 'json' : format;
  const body = bodyOf(request, text, used);
  response.writeHead(status, {
    ...commonHeaders(request),
    'Content-Type': used === 'yaml' ? 'application/yaml' : 'application/json',
    ...response.getHeaders(),
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): void {
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': Buffer.byteLength(text),
  };
  response.writeHead(status, { ...commonHeaders(request), ...headers });
  response.end(request.method === 'HEAD' ? undefined : text);
}

/** Sends a Status; `onFault` receives errors that no handler has thrown on purpose. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  onFault: (error: unknown) => void,
): void {
  const isGone = response.destroyed || request.socket.destroyed;
  if (response.headersSent || isGone) return void response.destroy();
  if (error instanceof PageNotFound) return sendText(request, response, 404, error.message);
  const isKnown = error instanceof ApiStatusError;
  if (!isKnown) onFault(error);
  const status = isKnown ? error : unexpected(error);
  // The server does not wait for the remaining body of a refused request.
  if (!request.complete) response.setHeader('Connection', 'close');
  const { retryAfterSeconds } = status.details ?? {};
  if (retryAfterSeconds) response.setHeader('Retry-After', String(retryAfterSeconds));
  const format = negotiateFormat(request.headers.accept ?? '') ?? 'indented';
  sendJson(request, response, status.code, JSON.stringify(status.toStatus()), format);
}

function isTooLongFor(format: BodyFormat, text: string): boolean {
  return format === 'yaml' && text.length > bounds.yamlAnswerCharactersMax;
}

function bodyOf(request: IncomingMessage, text: string, format: BodyFormat): string {
  if (format === 'verbatim') return text;
  if (format === 'yaml') return stringify(JSON.parse(text), yamlStyle);
  if (format === 'indented' || isForReading(request)) {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  }
  return `${text}\n`;
}

/** Decides as the API server does: by `pretty`, or by a user agent that people use. */
function isForReading({ url = '', headers }: IncomingMessage): boolean {
  const pretty = /[?&]pretty=([^&]+)/.exec(url)?.[1];
  if (/;\s*pretty=1\b/.test(headers.accept ?? '')) return true;
  if (pretty !== undefined) return /^(1|t|T|true|True|TRUE)$/.test(pretty);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '');
}

function unexpected(error: unknown): ApiStatusError {
  return isDiskFull(error) ? internalError('the disk of the sandbox is full') : internalError();
}
