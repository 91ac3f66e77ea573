import type { ResourceRequest } from '../access.service.js';

/** Question as callers ask it: `*` as namespace or name means all of them. */
export interface AccessQuestion {
  readonly verb: string;
  readonly group?: string | undefined;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace: string;
  readonly name: string;
}

/** Converts to Kubernetes' ResourceAttributes, in which the empty text means all. */
export function toResourceRequest(question: AccessQuestion): ResourceRequest {
  const { verb, group = '', resource, subresource = '', namespace, name } = question;
  return {
    verb,
    group,
    resource,
    ...(subresource === '' ? {} : { subresource }),
    namespace: namespace === '*' ? '' : namespace,
    name: name === '*' ? '' : name,
  };
}

const gatewayResources: ReadonlySet<string> = new Set([
  'accesstokens',
  'auditevents',
  'auditlogs',
  'externalstores',
  'localsecretschemas',
  'secretenvironments',
  'secretimports',
  'secretkeys',
  'secretmetadata',
  'secretrotations',
  'secretschemas',
  'secretshares',
  'secretsyncs',
  'secretversions',
]);

/** Returns a hint for a question without its group; undefined if no hint is needed. */
export function hintFor({ group, resource }: ResourceRequest): string | undefined {
  return group === '' && gatewayResources.has(resource)
    ? `${resource} are in group sallyport.dev, and the question names none`
    : undefined;
}

/** Returns the one namespace that all questions are about; undefined if there is none. */
export function commonNamespace(questions: readonly AccessQuestion[]): string | undefined {
  const [first] = questions;
  if (first === undefined || first.namespace === '*') return undefined;
  return questions.every(({ namespace }) => namespace === first.namespace)
    ? first.namespace
    : undefined;
}
