import type { SubjectFigures } from './speed-rounds.js';

/** The figures that have a floor, of those that rounds show; NaN where a subject is missing. */
export function ratiosOf(all: readonly SubjectFigures[]): Readonly<Record<string, number>> {
  const of = (id: string): SubjectFigures | undefined => all.find((one) => one.id === id);
  const ratio = (id: string, to: string): number => {
    return (of(id)?.perSecond ?? NaN) / (of(to)?.perSecond ?? NaN);
  };
  const p99Ms = (id: string): number => of(id)?.p99Ms ?? NaN;
  const lowerP99Ms = Math.min(p99Ms('openbao-get'), p99Ms('apiserver-get'));
  return {
    cachedToOpenBao: ratio('cached-get', 'openbao-get'),
    cachedToApiServer: ratio('cached-get', 'apiserver-get'),
    cachedP99ToLower: p99Ms('cached-get') / lowerP99Ms,
    cachedToBare: ratio('cached-get', 'bare-get'),
    strongToApiServer: ratio('strong-get', 'apiserver-get'),
    patchThroughToDirect: ratio('gateway-patch', 'apiserver-patch'),
    eventLoopDelayP99Ms: of('cached-get')?.delayP99Ms ?? NaN,
  };
}
