import type { ResourceRequest } from '../access.service.js';

/** A question as callers ask it: `*` as namespace or name asks for all of them. */
export interface AccessQuestion {
  readonly verb: string;
  readonly group?: string | undefined;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace: string;
  readonly name: string;
}

/** Kubernetes' ResourceAttributes, in which the empty text asks for all. */
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
  'secretkeys',
  'secretmetadata',
  'secretrotations',
  'secretversions',
]);

/** What a denial should tell of a question that forgot the group; undefined where it did not. */
export function hintFor({ group, resource }: ResourceRequest): string | undefined {
  return group === '' && gatewayResources.has(resource)
    ? `${resource} are in group sallyport.dev, and the question names none`
    : undefined;
}

/** The one namespace that all of them are about; undefined where there is none such. */
export function commonNamespace(questions: readonly AccessQuestion[]): string | undefined {
  const [first] = questions;
  if (first === undefined || first.namespace === '*') return undefined;
  return questions.every(({ namespace }) => namespace === first.namespace)
    ? first.namespace
    : undefined;
}
