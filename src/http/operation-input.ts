import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Operation } from '../core/operation.js';
import { parseJson } from '../core/parse-json.js';
import { parseBody, parseParameters } from '../core/parse-with.js';
import { RecentMap } from '../core/recent-map.js';
import { reuseLimits } from '../core/reuse-limits.js';
import { mediaTypeOf } from './domain/media-type.js';
import { parseQuery } from './parse-query.js';
import './request.js';

interface Parameters {
  readonly params: unknown;
  readonly query: unknown;
}

type KnownTargets = RecentMap<string, Parameters>;

/** Parses path, query and body of a request by its operation, before its handler is called. */
export function readOperationInputs(instance: FastifyInstance): void {
  const knownTargets = new WeakMap<Operation, KnownTargets>();
  instance.decorateRequest('operationInput', null);
  instance.addHook('preHandler', (request, _reply, done) => {
    const { operation } = request.routeOptions.config;
    if (operation !== undefined && hasAllParameters(request)) {
      const known = knownTargets.get(operation) ?? newTargets();
      knownTargets.set(operation, known);
      request.operationInput = readInput(operation, request, known);
    }
    done();
  });
}

/** With an empty one it is another path, which Nest does not know either. */
function hasAllParameters({ params }: FastifyRequest): boolean {
  const given = params as Readonly<Record<string, string>>;
  for (const name in given) if (given[name] === '' && name !== '*') return false;
  return true;
}

function newTargets(): KnownTargets {
  const { parsedTargetsMax: entriesMax, parsedTargetKeptMs: keptMs } = reuseLimits;
  return new RecentMap({ entriesMax, keptMs });
}

function readInput(operation: Operation, request: FastifyRequest, known: KnownTargets): unknown {
  const { params, query } = readParameters(operation, request, known);
  return {
    params,
    query,
    body: readBody(operation, request.body),
    mediaType: mediaTypeOf(request.headers['content-type']),
  };
}

/** What a target says is the same each time. */
function readParameters(
  operation: Operation,
  request: FastifyRequest,
  known: KnownTargets,
): Parameters {
  const target = request.raw.url ?? '';
  const before = known.get(target);
  if (before !== undefined) return before;
  const parsed = {
    params: parseParameters(operation.params, pathParameters(operation, request), '/path'),
    query: parseParameters(operation.query, parseQuery(target, operation.repeatable), '/query'),
  };
  if (target.length <= reuseLimits.parsedTargetCharactersMax) {
    known.set(target, Object.freeze(parsed), performance.now());
  }
  return parsed;
}

/** Fastify calls what a wildcard stands for `*`. */
function pathParameters({ path }: Operation, { params }: FastifyRequest): unknown {
  if (!path.endsWith('/*')) return params;
  const { '*': rest, ...others } = params as Readonly<Record<string, unknown>>;
  return { ...others, rest };
}

function readBody(operation: Operation, body: unknown): unknown {
  if (operation.body === undefined) return undefined;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (operation.body.kind === 'raw') return bytes;
  if (bytes.length === 0 && operation.body.isOptional) return operation.body.schema.parse({});
  return parseBody(operation.body.schema, parseJson(bytes));
}
