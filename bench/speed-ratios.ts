import { bounded, type Figures } from './floors.js';
import type { SubjectFigures } from './speed-rounds.js';

/** The figures that have a bound, of those that rounds show; NaN where a subject is missing. */
export function ratiosOf(all: readonly SubjectFigures[]): Figures {
  const of = (id: string): SubjectFigures | undefined => all.find((one) => one.id === id);
  const ratio = (id: string, to: string): number => {
    return (of(id)?.perSecond ?? NaN) / (of(to)?.perSecond ?? NaN);
  };
  const p99Ms = (id: string): number => of(id)?.p99Ms ?? NaN;
  const lowerP99Ms = Math.min(p99Ms('openbao-get'), p99Ms('apiserver-get'));
  return bounded('speed', {
    cachedToOpenBao: ratio('cached-get', 'openbao-get'),
    cachedToApiServer: ratio('cached-get', 'apiserver-get'),
    cachedP99ToLower: p99Ms('cached-get') / lowerP99Ms,
    cachedToBare: ratio('cached-get', 'bare-get'),
    strongToApiServer: ratio('strong-get', 'apiserver-get'),
    patchThroughToDirect: ratio('gateway-patch', 'apiserver-patch'),
    eventLoopDelayP99Ms: of('cached-get')?.delayP99Ms ?? NaN,
  });
}
