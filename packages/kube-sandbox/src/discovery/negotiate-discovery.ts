import { type AcceptClause, clausesOf, isTransforming } from '../http/accept.js';
import { type Format, negotiateFormat } from '../http/negotiate.js';

/** Format of the document at `/api` and `/apis`. */
export interface DiscoveryForm {
  readonly isAggregated: boolean;
  readonly format: Format;
}

/**
 * Returns the offered form with the highest quality in the header; undefined: none (406).
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
 */
export function negotiateDiscovery(accept: string): DiscoveryForm | undefined {
  if (accept.trim() === '') return { isAggregated: false, format: 'json' };
  for (const clause of clausesOf(accept)) {
    const format = negotiateFormat(clause.mediaType);
    if (format === undefined) continue;
    if (!isTransforming(clause)) return { isAggregated: false, format };
    if (asksForAggregated(clause)) return { isAggregated: true, format };
  }
  return undefined;
}

function asksForAggregated({ parameters }: AcceptClause): boolean {
  return (
    parameters.get('as') === 'APIGroupDiscoveryList' &&
    parameters.get('g') === 'apidiscovery.k8s.io' &&
    parameters.get('v') === 'v2'
  );
}
