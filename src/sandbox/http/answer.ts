import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import { ApiStatusError, internalError } from '../model/api-status.js';
import { bounds } from '../store/sandbox-bounds.js';
import { isDiskFull } from '../store/sandbox-database.js';
import { type Format, negotiateFormat } from './negotiate.js';
import { PageNotFound } from './not-found.js';

/** `indented` is JSON as the API server writes what it has not negotiated. */
export type BodyFormat = Format | 'indented' | 'verbatim';

const AUDIT_ID_CHARACTERS_MAX = 300;
/** Sorted as Go's YAML is, and with quotes for what older parsers take for booleans. */
const yamlStyle = { version: '1.1', sortMapEntries: true, indentSeq: false } as const;

/** Headers of every answer; an Audit-ID that the client sent is given back. */
export function commonHeaders(request: IncomingMessage): Record<string, string> {
  const given = request.headers['audit-id'];
  const auditId = typeof given === 'string' ? given.slice(0, AUDIT_ID_CHARACTERS_MAX) : '';
  return { 'Audit-Id': auditId || randomUUID(), 'Cache-Control': 'no-cache, private' };
}

/**
 * Sends JSON text; laid out for reading where a person asks, as YAML where that is accepted and the
 * text is not long: YAML takes much longer to write, and what reads YAML reads JSON.
 * Headers that were set before win over those of every answer.
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

/** A Status; `onFault` hears of what no handler has thrown on purpose. */
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
  // What is left of a refused body is not waited for.
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

/** As the API server decides: `pretty`, or a program that people use. */
function isForReading({ url = '', headers }: IncomingMessage): boolean {
  const pretty = /[?&]pretty=([^&]+)/.exec(url)?.[1];
  if (/;\s*pretty=1\b/.test(headers.accept ?? '')) return true;
  if (pretty !== undefined) return /^(1|t|T|true|True|TRUE)$/.test(pretty);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '');
}

function unexpected(error: unknown): ApiStatusError {
  return isDiskFull(error) ? internalError('the disk of the sandbox is full') : internalError();
}
