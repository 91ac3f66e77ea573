import { ApiStatusError } from '../model/api-status.js';

/** Clause of an `Accept` field. */
export interface AcceptClause {
  /** E.g. `application/json`; a lone `*` becomes `*` followed by `/*`. */
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** Media types that the API server offers for almost all paths, without protobuf. */
export const offeredTypes: readonly string[] = ['application/json', 'application/yaml'];
const STREAM = 'application/json;stream=watch';

/** Returns the clauses by quality; specific media types come before wildcards. */
export function clausesOf(accept: string): readonly AcceptClause[] {
  return accept
    .split(',')
    .map(clauseOf)
    .toSorted((a, b) => b.quality - a.quality || wildcards(a) - wildcards(b));
}

/** Reports whether the client requests another kind of object (a table or partial metadata). */
export function isTransforming({ parameters }: AcceptClause): boolean {
  return ['as', 'g', 'v'].some((name) => parameters.has(name));
}

/**
 * Checks for the literal media type, as routes do before any negotiation; throws 406. List routes
 * also serve watches, so the error names streams for lists.
 */
export function refuseUnoffered(
  accept: string,
  offered: readonly string[] = offeredTypes,
  isList = false,
): void {
  const wanted = accept.split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  if (accept === '' || wanted.some((type) => type === '*/*' || offered.includes(type))) return;
  const available = (isList ? [...offered, STREAM] : offered).join(', ');
  const message = `406: Not Acceptable\n\nAvailable representations: ${available}`;
  throw new ApiStatusError(406, 'NotAcceptable', message, {});
}

/** Returns the 406 of a media type that is offered, but not in the requested form. */
export function notTransformable(): ApiStatusError {
  const message = `only the following media types are accepted: ${offeredTypes.join(', ')}`;
  return new ApiStatusError(406, 'NotAcceptable', message);
}

function clauseOf(text: string): AcceptClause {
  const [type = '', ...parts] = text.split(';').map((part) => part.trim());
  const parameters = new Map(
    parts.map((part) => {
      const [name = '', value = ''] = part.split('=', 2).map((side) => side.trim());
      return [name, value.replaceAll('"', '')] as const;
    }),
  );
  const quality = Number(parameters.get('q') ?? '1');
  return {
    mediaType: type === '*' ? '*/*' : type,
    parameters,
    quality: Number.isNaN(quality) ? 0 : quality,
  };
}

function wildcards({ mediaType }: AcceptClause): number {
  return mediaType.split('/').filter((part) => part === '*').length;
}
