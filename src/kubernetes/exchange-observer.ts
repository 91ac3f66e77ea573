import type { KubeAnswer, KubeMethod } from './kube-call.js';

/** Sees every exchange with the API server from outside, for metrics and traces. */
export type ExchangeObserver = (
  method: KubeMethod,
  exchange: () => Promise<KubeAnswer>,
) => Promise<KubeAnswer>;
