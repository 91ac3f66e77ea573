import type { KubeVerb } from './forward/forwarded.js';

const JSON_TYPE = 'application/json';
/** Of the wildcards, those that an answer in JSON satisfies. */
const WILDCARDS: ReadonlySet<string> = new Set(['*', '*/*', 'application/*']);
/** A token of RFC 9110 on both sides; what is quoted, Kubernetes does not read. */
const PARAMETER = /^([\w!#$%&'*+.^`|~-]+)=([\w!#$%&'*+.^`|~-]+)$/;

/**
 * The `accept` to send on: of the client's media ranges those that JSON satisfies, with their
 * parameters (`as=Table` and the like), as the gateway looks into answers. Undefined where none is
 * left, which is 406.
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
  // Kubernetes reads wildcards last; as what they become, they would win over a Table behind them.
  const wild = ranges.filter(({ type }) => WILDCARDS.has(type));
  const kept = [...exact, ...wild].map(({ parameters }) => [JSON_TYPE, ...parameters].join(';'));
  return kept.length === 0 ? undefined : kept.join(',');
}

/**
 * Forms that no answer to a write has. The API server finds that out after the write, and answers
 * 406 although it took effect.
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

/** Empty for what is none: it is left out, as Kubernetes does. */
function parseParameter(text: string): readonly string[] {
  const [, name, value] = PARAMETER.exec(text.trim()) ?? [];
  return name === undefined || value === undefined ? [] : [`${name}=${value}`];
}
