import type { NeededRight } from '../../custom-resources/domain/author-rights.js';
import type { RotationSpec, WorkloadKind } from './rotation-spec.js';

/**
 * Returns Secrets whose values a rotation uses or sends: an author must be able to read each. A
 * target receives values of the rotated Secret itself: a server its password, a webhook the new
 * values.
 */
export function referencedSecrets(spec: RotationSpec): readonly string[] {
  const { target, generate, secretName } = spec;
  const names: (string | undefined)[] = target.kind === 'none' ? [] : [secretName];
  if (target.kind === 'webhook') {
    names.push(target.webhook.signingSecret.name, target.webhook.tls.caSecret?.name);
  } else if (target.kind !== 'none') {
    names.push(target.server.adminSecret.name, target.server.tls.caSecret?.name);
  }
  for (const { generator } of generate) {
    if (generator.kind === 'certificate') names.push(generator.certificate.ca?.secretName);
  }
  return [...new Set(names.filter((name) => name !== undefined))];
}

const RESOURCES = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
} as const satisfies Record<WorkloadKind, string>;

/** Returns the rights that the author of a spec needs at each write and before every run. */
export function neededRights(spec: RotationSpec): readonly NeededRight[] {
  const { restart } = spec.consumers;
  const secrets = referencedSecrets(spec).map(
    (name) => ({ verb: 'get', group: '', resource: 'secrets', name }) as const,
  );
  const workloads =
    restart === 'none'
      ? []
      : restart === 'auto'
        ? Object.values(RESOURCES).map((resource) => ({ resource, name: '' }))
        : restart.map(({ kind, name }) => ({ resource: RESOURCES[kind], name }));
  return [
    { verb: 'update', group: '', resource: 'secrets', name: spec.secretName },
    ...secrets,
    ...workloads.map((one) => ({ verb: 'patch', group: 'apps', ...one }) as const),
  ];
}
