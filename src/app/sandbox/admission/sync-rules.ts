import type { KubeObject, StatusCause } from '@sallyport/kube-sandbox/admission';
import { objectAt, textAt } from '@sallyport/kube-sandbox/admission';
import { broken, isBlocked, unchecked } from './definition-rules.js';

/**
 * Applies the CEL rules in `deploy/crds/secretsyncs.yaml`, in the words of that file.
 * `schemaCauses`: causes that the schema has found.
 */
export function syncCauses(
  sync: KubeObject,
  schemaCauses: readonly StatusCause[],
): readonly StatusCause[] {
  if (isBlocked(schemaCauses)) return [unchecked];
  const spec = objectAt(sync, 'spec') ?? {};
  const firstSync = textAt(spec, 'firstSync');
  const isOneWay = firstSync === 'push' || firstSync === 'pull';
  const isPerKey = textAt(objectAt(spec, 'remote') ?? {}, 'format') === 'perKey';
  return broken(
    'spec',
    {
      holds: !isOneWay || ['both', firstSync].includes(textAt(spec, 'direction')),
      message: 'firstSync must not be the direction that the sync does not have',
    },
    {
      holds: !isPerKey || spec['keys'] !== undefined,
      message: 'keys is required if remote.format is perKey',
    },
  );
}
