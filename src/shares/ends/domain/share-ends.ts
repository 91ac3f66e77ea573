import { runIdFor } from '../../../rotation/domain/run-id.js';
import type { ShareStateName } from '../../domain/share-view.js';
import type { SharePins } from '../../domain/share-pins.js';
import type { ShareSpec } from '../../domain/share-spec.js';

/** End of a share, for all consumers or for one, after which the Secret is rotated once. */
export interface ShareEnd {
  /** `all`, or the namespace of the consumer. */
  readonly name: string;
  readonly runId: string;
}

/** Returns the end of a whole share. */
export function endOfAll(shareUid: string): ShareEnd {
  return endOf(shareUid, '');
}

/**
 * Returns the ends of a share that make the values useless by a rotation: they are final, and a
 * consumer had the values. A suspension is no end, because it can be over.
 */
export function endsOf(
  shareUid: string,
  spec: Pick<ShareSpec, 'onRevoke' | 'to'>,
  { state, pins }: { readonly state: ShareStateName; readonly pins: SharePins },
): readonly ShareEnd[] {
  const consumers = Object.keys(pins.consumers);
  if (spec.onRevoke !== 'rotate' || consumers.length === 0) return [];
  if (state === 'Revoked' || state === 'Expired') return [endOfAll(shareUid)];
  return spec.to
    .filter(({ revoked, namespace }) => revoked && consumers.includes(namespace))
    .map(({ namespace }) => endOf(shareUid, namespace));
}

function endOf(shareUid: string, namespace: string): ShareEnd {
  const name = namespace === '' ? 'all' : namespace;
  return { name, runId: runIdFor(JSON.stringify(['share', shareUid, namespace])) };
}
