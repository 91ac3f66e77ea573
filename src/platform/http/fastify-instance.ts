import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { SallyportError, badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { BodyRule } from '../../core/operation.js';
import { timeOrderedId } from '../../core/time-ordered-id.js';
import { answerError } from './answer-error.js';
import { isIgnored } from './bounded-connections.js';
import { BodyBudget } from './body-budget.js';
import { TrustedProxies, plainAddress } from './domain/source-address.js';
import { mediaTypeOf } from './domain/media-type.js';
import { refuseOddRequests } from './odd-requests.js';
import { readOperationInputs } from './operation-input.js';
import { auditIdShown, toProblem } from './problem.js';
import { tooLarge } from './read-body.js';
import type { RefusalRecorder } from './refusal-recorder.js';
import { dropBlankContentType, givenRequestId } from './request-headers.js';
import { RequestSources } from './request-sources.js';
import './request.js';
import { type ModeHeader, modeHeader } from './sandbox-mode-header.js';
import { takeBodies } from './take-bodies.js';
import { translateFrameworkError } from './translate-framework-error.js';
import { isUpgrade, routeUpgrades } from './upgrade-requests.js';

/** Options of every listener, plain or TLS. */
const serverOptions = {
  requestTimeout: limits.requestReadMsMax,
  keepAliveTimeout: limits.keepAliveMsMax,
  maxHeaderSize: limits.headerBytesMax,
  shouldUpgradeCallback: isUpgrade,
  // Checked with the other headers, so that its absence gets a response and a record like theirs.
  requireHostHeader: false,
};
/** Source of a request whose proxies contradict each other; the request is refused. */
const AMBIGUOUS = 'ambiguous';
/**
 * Stands for a target that is no path, such as `*`, which the router of Fastify would take for `/`.
 * It is refused like every path with an empty segment.
 */
const NO_PATH = '//';
const securityHeaders = {
  'cache-control': 'no-store',
  vary: 'Authorization',
  'x-content-type-options': 'nosniff',
} as const;

/** Environment of the gateway, and the recorder of its early refusals. */
export interface EdgeOptions {
  readonly proxies?: TrustedProxies;
  /** Without it, refusals before any hook get a response but no record. */
  readonly refusals?: Pick<RefusalRecorder, 'recorded' | 'recordedAnonymously'>;
  /** Budget of bytes in bodies; by default, a separate budget. */
  readonly bodies?: BodyBudget;
}

/**
 * Creates the HTTP server under Nest. Rules for every request, including unknown paths and
 * transports outside Nest, are hooks here and not Nest middleware, which was bypassed before.
 */
export function createFastify(
  mode: ModeHeader = modeHeader('in-cluster'),
  edge: EdgeOptions = {},
): FastifyInstance {
  const sources = new RequestSources(edge.proxies ?? new TrustedProxies());
  const instance = fastify({
    logger: false,
    bodyLimit: limits.secretBodyBytesMax,
    requestTimeout: serverOptions.requestTimeout,
    keepAliveTimeout: serverOptions.keepAliveTimeout,
    return503OnClosing: true,
    rewriteUrl: ({ url = '' }) => (url.startsWith('/') ? url : NO_PATH),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: limits.namePathBytesMax },
    http: listenerOptions(mode) as Record<string, unknown>,
    frameworkErrors: (error, request, reply) => {
      identify(request, reply, sources);
      answerEarly(request, reply, { error, edge });
    },
    clientErrorHandler: parserErrorAnswer(mode, edge),
  });
  // Accepting a connection may fail at any time, e.g. if descriptors run out.
  instance.server.on('error', () => undefined);
  for (const name of ['principal', 'callContext'] as const) instance.decorateRequest(name, null);
  instance.decorateRequest('requestId', '');
  instance.decorateRequest('auditId', '');
  instance.decorateRequest('sourceIp', '');
  dropUnheard(instance);
  instance.addHook('onRequest', (request, reply, done) => {
    identify(request, reply, sources);
    if (request.sourceIp === AMBIGUOUS) {
      throw badRequest('Forwarded and X-Forwarded-For name different clients');
    }
    done();
  });
  instance.addHook('onRoute', (route) => {
    const bytesMax = route.config?.operation?.body?.bytesMax ?? 0;
    if (bytesMax > limits.secretBodyBytesMax) route.bodyLimit = bytesMax;
  });
  takeBodies(instance, edge.bodies ?? new BodyBudget(), checkBody);
  readOperationInputs(instance);
  const onRequest: RequestListener = (request, response) => {
    instance.routing(request, response);
  };
  refuseOddRequests(instance.server, onRequest, parserErrorAnswer(mode, edge));
  routeUpgrades(instance.server, onRequest, mode.serverOptions.ServerResponse);
  return instance;
}

/** Ignores a request that exceeds the limit, or whose connection has ended. */
function dropUnheard(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.raw.socket.destroyed || isIgnored(request.raw)) reply.hijack();
    else done();
  });
}

function identify(request: FastifyRequest, reply: FastifyReply, sources: RequestSources): void {
  request.sourceIp = sources.of(request.raw) ?? AMBIGUOUS;
  request.auditId = timeOrderedId();
  request.requestId = givenRequestId(request.raw) ?? request.auditId;
  void reply
    .headers(securityHeaders)
    .header('x-request-id', request.requestId)
    .header('audit-id', request.auditId);
}

/** Responds to requests that hooks and handlers do not see: the router could not read the path. */
function answerEarly(
  request: FastifyRequest,
  reply: FastifyReply,
  { error, edge }: { readonly error: unknown; readonly edge: EdgeOptions },
): void {
  const known = translateFrameworkError(error);
  const recorded = edge.refusals?.recorded(request, known) ?? Promise.resolve(known);
  void recorded.then((answered) => answerError(request, reply, answered));
}

/** Checks media type and size by the operation, before a byte of the body is read. */
function checkBody(request: FastifyRequest): void {
  dropBlankContentType(request.raw);
  const { operation } = request.routeOptions.config;
  if (operation === undefined) return;
  const rule = operation.body;
  const sizeBytes = Number(request.headers['content-length'] ?? 0);
  const isEmpty = sizeBytes === 0 && request.headers['transfer-encoding'] === undefined;
  if (!rule) {
    if (!isEmpty) throw badRequest('this route takes no body');
    return;
  }
  const mediaType = mediaTypeOf(request.headers['content-type']);
  if (isEmpty && mediaType === undefined && isOptional(rule)) return;
  if (request.headers['content-encoding'] !== undefined) {
    throw new SallyportError('UnsupportedMediaType', 'compressed bodies are not taken');
  }
  if (sizeBytes > rule.bytesMax) throw tooLarge(rule.bytesMax);
  refuseMediaType(rule, mediaType);
}

function isOptional(rule: BodyRule): boolean {
  return rule.kind === 'json' && rule.isOptional === true;
}

function refuseMediaType(rule: BodyRule, mediaType: string | undefined): void {
  if (rule.mediaTypes !== undefined) {
    if (rule.mediaTypes.includes(mediaType ?? '')) return;
    throw new SallyportError(
      'UnsupportedMediaType',
      `the Content-Type must be ${rule.mediaTypes.join(' or ')}`,
    );
  }
  if (!isRawMediaType(mediaType)) {
    throw new SallyportError(
      'UnsupportedMediaType',
      'the body is the value, byte for byte: send it with `curl -T FILE` or ' +
        '`printf %s "$v" | curl -T -`, as application/octet-stream or text/plain',
    );
  }
}

function isRawMediaType(mediaType: string | undefined): boolean {
  return (
    mediaType === undefined ||
    mediaType === 'application/octet-stream' ||
    mediaType === 'text/plain'
  );
}

/** Returns options of `createServer` for a listener of the main port. */
export function listenerOptions(mode: ModeHeader) {
  return { ...serverOptions, ...mode.serverOptions };
}

/** Responds to errors of the HTTP parser, before any request exists; then closes the connection. */
export function parserErrorAnswer({ rawLines }: ModeHeader, { refusals }: EdgeOptions = {}) {
  return (error: Error & { code?: string }, socket: Duplex): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const known =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? translateFrameworkError(error)
        : badRequest('the request is not valid HTTP');
    const auditId = timeOrderedId();
    // Both kinds of server listen on sockets.
    const sourceIp = plainAddress((socket as Socket).remoteAddress ?? '') ?? '';
    const caller = { auditId, sourceIp, requestUri: '' };
    const recorded = refusals?.recordedAnonymously(caller, known) ?? Promise.resolve(known);
    void recorded.then((answered) => {
      if (socket.writable) socket.end(rawProblem(answered, auditId, rawLines));
      else socket.destroy();
    });
  };
}

function rawProblem(error: SallyportError, id: string, rawLines: string): string {
  const body = JSON.stringify(toProblem(error, { requestId: id, auditId: id }));
  const { auditId } = auditIdShown(error, id);
  const auditLine = auditId === undefined ? '' : `audit-id: ${auditId}\r\n`;
  const fields = Object.entries(error.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `HTTP/1.1 ${error.status} ${error.code}\r\ncontent-type: application/problem+json\r\n` +
    `cache-control: no-store\r\nx-request-id: ${id}\r\n${auditLine}${rawLines}` +
    `${fields.join('')}content-length: ${Buffer.byteLength(body)}\r\n` +
    `connection: close\r\n\r\n${body}`
  );
}
