import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Operation } from '../../core/operation.js';
import { parseJson } from '../../core/parse-json.js';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { RecentMap } from '../../core/recent-map.js';
import { reuseLimits } from '../../core/reuse-limits.js';
import { mediaTypeOf } from './domain/media-type.js';
import { parseQuery } from './parse-query.js';
import './request.js';

interface Parameters {
  readonly params: unknown;
  readonly query: unknown;
}

/** Recently parsed targets; queries also separately, since readers of many names repeat them. */
interface Known {
  readonly targets: RecentMap<string, Parameters>;
  readonly queries: RecentMap<string, unknown>;
}

/** Parses path, query and body of a request by its operation, before its handler is called. */
export function readOperationInputs(instance: FastifyInstance): void {
  const knownOf = new WeakMap<Operation, Known>();
  instance.decorateRequest('operationInput', null);
  instance.addHook('preHandler', (request, _reply, done) => {
    const { operation } = request.routeOptions.config;
    if (operation !== undefined && hasAllParameters(request)) {
      const known = knownOf.get(operation) ?? nothingKnown();
      knownOf.set(operation, known);
      request.operationInput = readInput(operation, request, known);
    }
    done();
  });
}

/** Reports whether no parameter is empty: otherwise it is another path, unknown to Nest too. */
function hasAllParameters({ params }: FastifyRequest): boolean {
  const given = params as Readonly<Record<string, string>>;
  for (const name in given) if (given[name] === '' && name !== '*') return false;
  return true;
}

function nothingKnown(): Known {
  const { parsedTargetsMax: entriesMax, parsedTargetKeptMs: keptMs } = reuseLimits;
  const bounds = { entriesMax, keptMs };
  return { targets: new RecentMap(bounds), queries: new RecentMap(bounds) };
}

function readInput(operation: Operation, request: FastifyRequest, known: Known): unknown {
  const { params, query } = readParameters(operation, request, known);
  return {
    params,
    query,
    body: readBody(operation, request.body),
    mediaType: mediaTypeOf(request.headers['content-type']),
  };
}

/** Parses the parameters, with a cache, as a target always parses to equal parameters. */
function readParameters(
  operation: Operation,
  request: FastifyRequest,
  { targets, queries }: Known,
): Parameters {
  const target = request.raw.url ?? '';
  const before = targets.get(target);
  if (before !== undefined) return before;
  const params = parseParameters(operation.params, pathParameters(operation, request), '/path');
  const start = target.indexOf('?');
  const text = start < 0 ? '' : target.slice(start);
  const query =
    queries.get(text) ??
    parseParameters(operation.query, parseQuery(target, operation.repeatable), '/query');
  const parsed = Object.freeze({ params, query });
  if (target.length <= reuseLimits.parsedTargetCharactersMax) {
    const nowMs = performance.now();
    targets.set(target, parsed, nowMs);
    queries.set(text, query, nowMs);
  }
  return parsed;
}

/** Returns the path's parameters; Fastify names the value of a wildcard `*`. */
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
