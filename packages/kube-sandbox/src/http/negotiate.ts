import { ApiStatusError } from '../model/api-status.js';
import type { MetaVersion } from '../table/render-table.js';
import { type AcceptClause, clausesOf, isTransforming, notTransformable } from './accept.js';

export type Form = 'plain' | 'table' | 'partial';
export type Format = 'json' | 'yaml';

export interface Negotiated {
  readonly form: Form;
  readonly format: Format;
  /** Version of meta.k8s.io for a table or partial metadata. */
  readonly metaVersion: MetaVersion;
  /** Whether the client requests partial metadata of a list; undefined for other forms. */
  readonly isPartialList?: boolean;
}

const formNames: Readonly<Record<string, Form>> = {
  Table: 'table',
  PartialObjectMetadata: 'partial',
  PartialObjectMetadataList: 'partial',
};
const formats: ReadonlyMap<string, Format> = new Map([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/*', 'json'],
  ['*/*', 'json'],
]);

/**
 * Returns the first acceptable representation by quality; throws 406. Protobuf and CBOR are not
 * offered, so that clients fall back to JSON.
 */
export function negotiate(accept: string): Negotiated {
  if (accept.trim() === '') return { form: 'plain', format: 'json', metaVersion: 'v1' };
  for (const clause of clausesOf(accept)) {
    const format = formats.get(clause.mediaType);
    const found = format === undefined ? undefined : formOf(clause, format);
    if (found !== undefined) return found;
  }
  throw notTransformable();
}

/**
 * Returns the format of a body with one form; undefined if the client accepts no offered format.
 */
export function negotiateFormat(accept: string): Format | undefined {
  if (accept.trim() === '') return 'json';
  const clauses = clausesOf(accept).filter((clause) => !isTransforming(clause));
  return clauses.map(({ mediaType }) => formats.get(mediaType)).find((it) => it !== undefined);
}

/** Requires that the requested partial kind (object or list) fits the response; throws 406. */
export function refuseWrongPartial(
  { isPartialList }: Negotiated,
  isList: boolean,
  goType: string,
): void {
  if (isPartialList === undefined || isPartialList === isList) return;
  const [asked, what] = isPartialList
    ? ['PartialObjectMetadataList', 'not a list']
    : ['PartialObjectMetadata', 'a list'];
  const message = `you requested ${asked}, but the requested object is ${what} (${goType})`;
  throw new ApiStatusError(406, 'NotAcceptable', message);
}

function formOf(clause: AcceptClause, format: Format): Negotiated | undefined {
  if (!isTransforming(clause)) return { form: 'plain', format, metaVersion: 'v1' };
  const as = clause.parameters.get('as') ?? '';
  const form = formNames[as];
  const metaVersion = metaVersionOf(clause.parameters);
  if (form === undefined || metaVersion === undefined) return undefined;
  const isPartialList = form === 'partial' ? { isPartialList: as.endsWith('List') } : {};
  return { form, format, metaVersion, ...isPartialList };
}

function metaVersionOf(parameters: ReadonlyMap<string, string>): MetaVersion | undefined {
  const version = parameters.get('v');
  if (parameters.get('g') !== 'meta.k8s.io') return undefined;
  return version === 'v1' || version === 'v1beta1' ? version : undefined;
}
