import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptedRanges } from './domain/accept.js';

/** Document that is equal for everybody and needs no credential. */
export interface PublicDocument {
  readonly path: string;
  readonly mediaType: string;
  readonly make: () => string | Buffer;
  /** Content security policy of a page; other documents load nothing. */
  readonly policy?: string;
  /** Constraints of the route, if the path has other representations too. */
  readonly constraints?: Readonly<Record<string, string>>;
  /** Request headers that choose between these representations. */
  readonly vary?: string;
}

/** One representation of a document: RFC 9110 section 8.8.3 wants a tag for each encoding. */
interface Encoded {
  readonly bytes: Buffer;
  readonly etag: string;
}

interface Rendered {
  readonly plain: Encoded;
  readonly zipped: Encoded;
}

const NOTHING = "default-src 'none'; frame-ancestors 'none'";
const compress = promisify(gzip);

/** Serves the result of one `make` call, also compressed: all responses share memory. */
export function servePublicDocument(
  instance: FastifyInstance,
  { path, mediaType, make, policy = NOTHING, constraints = {}, vary }: PublicDocument,
): void {
  const headers = {
    'content-security-policy': policy,
    // A new version of the gateway serves other bytes under the same path.
    'cache-control': 'no-cache',
    vary: vary === undefined ? 'Accept-Encoding' : `${vary}, Accept-Encoding`,
  };
  let rendered: Promise<Rendered> | undefined;
  instance.get(path, { config: { public: true }, constraints }, async (request, reply) => {
    rendered ??= render(Buffer.from(make()));
    return send(request, reply.type(mediaType).headers(headers), await rendered);
  });
}

function send(request: FastifyRequest, reply: FastifyReply, rendered: Rendered): FastifyReply {
  const isZipped = acceptsGzip(request.headers['accept-encoding']);
  const { bytes, etag } = isZipped ? rendered.zipped : rendered.plain;
  void reply.header('etag', etag);
  if (isKnown(request.headers['if-none-match'], etag)) return reply.status(304).send();
  if (isZipped) void reply.header('content-encoding', 'gzip');
  return reply.send(bytes);
}

async function render(bytes: Buffer): Promise<Rendered> {
  const digest = hash('sha256', bytes, 'base64url');
  return {
    plain: { bytes, etag: `"${digest}"` },
    zipped: { bytes: await compress(bytes), etag: `"${digest}-gzip"` },
  };
}

/** Reports whether an `Accept-Encoding` takes gzip. RFC 9110 section 12.5.3. */
function acceptsGzip(header: string | string[] | undefined): boolean {
  if (typeof header !== 'string') return false;
  const codings = acceptedRanges(header);
  const coding =
    codings.find(({ range }) => range === 'gzip') ?? codings.find(({ range }) => range === '*');
  return (coding?.quality ?? 0) > 0;
}

/** Compares weakly, as RFC 9110 section 13.1.2 demands: proxies weaken tags. */
function isKnown(header: string | undefined, etag: string): boolean {
  const known = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}
