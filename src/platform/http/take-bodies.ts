import { finished } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JsonMemberCount } from '../../core/json-member-count.js';
import { bodyBounds, jsonTokens } from '../../core/json-tokens.js';
import { limits } from '../../core/limits.js';
import type { BodyBudget, BodyShare } from './body-budget.js';
import { discardRest, hasBody } from './discard-rest.js';
import { readBody, tooLarge } from './read-body.js';
import './request.js';

const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const nothing = Buffer.alloc(0);

/**
 * Takes bodies as bytes, within the budget of their user and of all, which is charged before they
 * are read and freed once they are answered. `check` decides by the header fields alone.
 */
export function takeBodies(
  instance: FastifyInstance,
  budget: BodyBudget,
  check: (request: FastifyRequest) => void,
): void {
  const shares = new WeakMap<FastifyRequest, BodyShare>();
  instance.addHook('preParsing', (request, reply, _payload, done) => {
    check(request);
    if (!hasBody(request.headers)) {
      done();
      return;
    }
    if (isUnread(request)) {
      discardRest(request.raw, reply.raw);
    } else {
      const announced = announcedBytes(request) ?? 0;
      if (announced > bytesMaxOf(request)) throw tooLarge(bytesMaxOf(request));
      // A small one takes its place as it comes: to announce it costs its sender nothing.
      const isSmall = announced <= limits.smallBodyBytesMax;
      const share = budget.begin(userOf(request), isSmall ? 0 : announced);
      shares.set(request, share);
      // Also where the client leaves, or has left.
      finished(reply.raw, () => share.release());
    }
    done();
  });
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', async (request: FastifyRequest) => {
    const share = shares.get(request);
    if (share === undefined) return nothing;
    const announced = announcedBytes(request);
    const members = isParsed(request) ? new JsonMemberCount(bodyBounds) : undefined;
    const reading = { bytesMax: bytesMaxOf(request), announcedBytes: announced, share, members };
    const body = await readBody(request.raw, reading);
    // Anything else costs a JSON parser nothing; YAML and protobuf have their own bounds.
    if (members?.isJson === true) {
      const waitMs = share.parse(jsonTokens(body, bodyBounds).members);
      if (waitMs > 0) await pause(waitMs);
    }
    return body;
  });
}

/** Whether nothing depends on the body. */
function isUnread(request: FastifyRequest): boolean {
  return request.is404 || withoutBody.has(request.method);
}

/** Operations that take bytes parse none of them, or bound that themselves. */
function isParsed({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.operation?.body?.kind !== 'raw';
}

function bytesMaxOf({ routeOptions }: FastifyRequest): number {
  const ofOperation = routeOptions.config.operation?.body?.bytesMax;
  return ofOperation ?? routeOptions.bodyLimit ?? limits.secretBodyBytesMax;
}

/** Node has refused a length that is no number, and one beside a transfer encoding. */
function announcedBytes({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** One user may have many credentials. */
function userOf({ principal, sourceIp }: FastifyRequest): string {
  return principal === null ? sourceIp : `${principal.kind} ${principal.username}`;
}
