import type { KubeAnswer, KubeMethod } from './kube-call.js';

/** Observer of every exchange with the API server, for metrics and traces. */
export type ExchangeObserver = (
  method: KubeMethod,
  exchange: () => Promise<KubeAnswer>,
) => Promise<KubeAnswer>;
