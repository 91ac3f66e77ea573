import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';

interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Response>> };
}

interface DescribedOperation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Response>>;
}

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Headers that HTTP itself defines for every response, and those of every page of the gateway. */
const ofHttp: ReadonlySet<string> = new Set([
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
  'vary',
  'x-accel-buffering',
  'x-content-type-options',
]);

const file = new URL('../../docs/api/openapi.json', import.meta.url);
let known: readonly (readonly [RegExp, Readonly<Record<string, DescribedOperation>>])[] | undefined;
let responses: Readonly<Record<string, Response>> = {};

function knownPaths() {
  if (known !== undefined) return known;
  const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
  ({ responses } = document.components);
  known = Object.entries(document.paths).map(([path, operations]) => {
    const pattern = path.replace('{rest}', '.+').replaceAll(/\{\w+\}/g, '[^/]+');
    return [new RegExp(`^${pattern}$`), operations] as const;
  });
  return known;
}

/**
 * Returns what the description of the API does not say about an answer of the gateway: its status,
 * media type or a header. Undefined for an answer that is described, or of no operation.
 */
export function notDescribed(seen: Seen): string | undefined {
  if (seen.headers['x-request-id'] === undefined) return undefined;
  const operation = operationOf(seen);
  const missing = operation && missingIn(operation, seen);
  if (operation === undefined || missing === undefined) return undefined;
  return `${operation.operationId} ${seen.status}${missing} is not described`;
}

function operationOf({ method, path }: Seen): DescribedOperation | undefined {
  const [bare = ''] = path.split('?', 1);
  const [, operations] = knownPaths().find(([pattern]) => pattern.test(bare)) ?? [];
  return operations?.[(method === 'HEAD' ? 'GET' : method).toLowerCase()];
}

function missingIn(operation: DescribedOperation, { status, headers }: Seen): string | undefined {
  const response = resolved(operation.responses[status]);
  if (response === undefined) return '';
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';', 1);
  const isDescribed = mediaType === '' || response.content?.[mediaType] !== undefined;
  if (!isDescribed) return ` as ${mediaType}`;
  const names = Object.keys(response.headers ?? {}).map((name) => name.toLowerCase());
  const unknown = Object.keys(headers).find((name) => !ofHttp.has(name) && !names.includes(name));
  return unknown && ` with ${unknown}`;
}

function resolved(response: Response | undefined): Response | undefined {
  const { $ref } = response ?? {};
  return $ref === undefined ? response : responses[$ref.split('/').at(-1) ?? ''];
}
