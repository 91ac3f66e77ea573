import { runIdFor } from '../../../rotation/domain/run-id.js';
import type { ShareStateName } from '../../domain/share-view.js';
import type { SharePins } from '../../domain/share-pins.js';
import type { ShareSpec } from '../../domain/share-spec.js';

/** End of a share, for all consumers or for one, after which the Secret is rotated once. */
export interface ShareEnd {
  /** `all`, `expired` with a time, or `revoked` or `removed` with the namespace of the consumer. */
  readonly name: string;
  readonly runId: string;
}

/** Returns the end of a whole share. */
export function endOfAll(shareUid: string): ShareEnd {
  return endOf(shareUid, { name: 'all', at: '' });
}

/**
 * Returns the ends of a share that make the values useless by a rotation: they are final, and a
 * consumer had the values. A suspension is no end, because it can be over.
 */
export function endsOf(
  shareUid: string,
  spec: Pick<ShareSpec, 'onRevoke' | 'to' | 'expiresAt'>,
  { state, pins }: { readonly state: ShareStateName; readonly pins: SharePins },
): readonly ShareEnd[] {
  const consumers = Object.keys(pins.consumers);
  if (spec.onRevoke !== 'rotate' || consumers.length === 0) return [];
  if (state === 'Revoked') return [endOfAll(shareUid)];
  // An expiry that was moved can come again.
  if (state === 'Expired') return [endOf(shareUid, { name: 'expired', at: spec.expiresAt ?? '' })];
  const revoked = spec.to
    .filter(({ revoked: isRevoked, namespace }) => isRevoked && consumers.includes(namespace))
    .map(({ namespace }) => endOf(shareUid, { name: 'revoked', at: namespace }));
  const removed = removedConsumers(spec, pins).map((at) =>
    endOf(shareUid, { name: 'removed', at }),
  );
  return [...revoked, ...removed];
}

/** Returns consumers that the spec names no more; a revocation before was their end. */
function removedConsumers({ to }: Pick<ShareSpec, 'to'>, { consumers }: SharePins) {
  const named = new Set(to.map(({ namespace }) => namespace));
  return Object.entries(consumers)
    .filter(([namespace, { revoked }]) => !named.has(namespace) && revoked !== true)
    .map(([namespace]) => namespace);
}

function endOf(
  shareUid: string,
  { name, at }: { readonly name: string; readonly at: string },
): ShareEnd {
  const runId = runIdFor(JSON.stringify(['share', shareUid, name, at]));
  return { name: at === '' ? name : `${name} ${at}`, runId };
}
