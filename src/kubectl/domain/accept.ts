import type { KubeVerb } from './forward/forwarded.js';

const JSON_TYPE = 'application/json';
/** Wildcards that a JSON response satisfies. */
const WILDCARDS: ReadonlySet<string> = new Set(['*', '*/*', 'application/*']);
/** Token of RFC 9110 on both sides; Kubernetes does not read quoted text. */
const PARAMETER = /^([\w!#$%&'*+.^`|~-]+)=([\w!#$%&'*+.^`|~-]+)$/;

/**
 * Returns the `accept` to forward: the client's media ranges that JSON satisfies, with their
 * parameters (`as=Table` and the like), because the gateway inspects responses. Undefined if none
 * is left, which is 406.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
 */
export function acceptOf(header: string | undefined, verb: KubeVerb = 'get'): string | undefined {
  if (header === undefined || header === '') return JSON_TYPE;
  const unfit = unfitForms[verb];
  const ranges = header
    .split(',')
    .map(parseRange)
    .filter((range) => !isOfForm(range, unfit));
  const exact = ranges.filter(({ type }) => type === JSON_TYPE);
  // Kubernetes reads wildcards last; once replaced, they would win over a Table after them.
  const wild = ranges.filter(({ type }) => WILDCARDS.has(type));
  const kept = [...exact, ...wild].map(({ parameters }) => [JSON_TYPE, ...parameters].join(';'));
  return kept.length === 0 ? undefined : kept.join(',');
}

/**
 * Forms that no answer to a write has. The API server detects this after the write, and answers 406
 * although the write took effect.
 */
const unfitForms: Partial<Record<KubeVerb, string>> = {
  create: 'PartialObjectMetadataList',
  update: 'PartialObjectMetadataList',
  patch: 'PartialObjectMetadataList',
  delete: 'PartialObjectMetadataList',
  deletecollection: 'PartialObjectMetadata',
};

function isOfForm({ parameters }: MediaRange, form: string | undefined): boolean {
  if (form === undefined) return false;
  const unfit = `as=${form}`.toLowerCase();
  return parameters.some((parameter) => parameter.toLowerCase() === unfit);
}

interface MediaRange {
  readonly type: string;
  readonly parameters: readonly string[];
}

function parseRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';');
  return { type: type.trim().toLowerCase(), parameters: rest.flatMap(parseParameter) };
}

/** Parses a parameter; empty if invalid: it is left out, as in Kubernetes. */
function parseParameter(text: string): readonly string[] {
  const [, name, value] = PARAMETER.exec(text.trim()) ?? [];
  return name === undefined || value === undefined ? [] : [`${name}=${value}`];
}
