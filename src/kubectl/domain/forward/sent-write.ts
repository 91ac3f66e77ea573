import { parseJson } from '../../../core/parse-json.js';
import type { TokenScope } from '../../../core/token-scope.js';
import { SallyportError } from '../../../core/errors/sallyport-error.js';
import type { RawRequest } from '../../../core/forwarding.js';
import { protobufMessage, protobufObject, protobufText } from '../../../core/protobuf-fields.js';
import { isProtobuf, isYaml } from './body-form.js';
import { isDryDelete } from './delete-options.js';
import { membersOf } from '../../../secrets/domain/body-members.js';
import type { ForwardedRequest } from './forwarded.js';

/** Field numbers: the metadata of every object, and its name. */
const METADATA = 1;
const NAME = 1;

/**
 * Returns the object that a write is about; for a create, the body contains the name. Undefined if
 * the API server generates the name, or the body cannot be read here. For a token limited to names,
 * the body must be read as the API server will, so ambiguous bodies are refused. Throws
 * UnsupportedMediaType for YAML, BadRequest for odd JSON.
 */
export function writtenName(
  { verb, name, raw }: Pick<ForwardedRequest, 'verb' | 'name' | 'raw'>,
  scope: TokenScope | undefined,
): string | undefined {
  if (verb !== 'create') return name === '' ? undefined : name;
  if (scope?.secrets === undefined) return orNothing(() => nameOf(raw));
  if (!isYaml(raw)) return nameOf(raw);
  const sentence = 'a token that is narrowed to Secrets creates them with JSON';
  throw new SallyportError('UnsupportedMediaType', sentence);
}

function nameOf(raw: RawRequest): string | undefined {
  const { body = Buffer.alloc(0) } = raw;
  if (isYaml(raw)) return undefined;
  if (!isProtobuf(raw)) return nameIn(parseJson(body));
  const name = protobufText(protobufMessage(protobufObject(body).fields, METADATA), NAME);
  return name === '' ? undefined : name;
}

/**
 * Reports whether a write is a dry run. If a delete has a body, the API server ignores the query.
 * Throws as `isDryDelete` does.
 */
export function isDryRun(raw: RawRequest): boolean {
  const { method, query, body } = raw;
  if (method === 'DELETE' && body !== undefined && body.byteLength > 0) {
    return isDryDelete(raw, body);
  }
  return query.some(([name, value]) => name === 'dryRun' && value !== '');
}

function nameIn(document: unknown): string | undefined {
  const { name } = membersOf(membersOf(document)['metadata']);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
