import { heading } from './audit-report.js';
import type { ClusterWorld } from './cluster-world.js';
import { createMany } from './fill-namespace.js';
import {
  type GrowthLoad,
  type GrowthTerms,
  loadInTurns,
  readsOf,
  settledMb,
} from './growth-load.js';
import { namespace } from './real-cluster.js';
import { namesCount as names } from './speed-world.js';
import { table } from './table.js';

const group = 'rbac.authorization.k8s.io';
const path = `/apis/${group}/v1/namespaces/${namespace}/rolebindings`;
const role = 'reader';

export interface BindingsStep {
  readonly bindings: number;
  readonly cached: GrowthLoad;
  readonly strong: GrowthLoad;
  readonly memoryMb: number;
}

/** Reads in a namespace where more and more others have rights. */
export async function growBindings(
  world: ClusterWorld,
  steps: readonly number[],
  terms: GrowthTerms,
): Promise<readonly BindingsStep[]> {
  heading('RoleBindings in the namespace');
  const gateway = await world.startGateway({ served: [namespace] });
  const reads = { namespace, prefix: 's', names };
  const loads = [
    { gateway, request: readsOf(world, gateway, reads) },
    { gateway, request: readsOf(world, gateway, { ...reads, consistency: 'strong' }) },
  ];
  const done: BindingsStep[] = [];
  for (const bindings of steps) {
    const from = done.at(-1)?.bindings ?? 0;
    await createMany(world.cluster.admin, path, bindings - from, (index) => {
      return bindingOf(from + index);
    });
    const [cached, strong] = await loadInTurns(loads, terms);
    if (cached === undefined || strong === undefined) throw new Error('nothing was measured');
    done.push({ bindings, cached, strong, memoryMb: await settledMb(gateway) });
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  await gateway.stop();
  console.log(tableOf(done));
  return done;
}

function bindingOf(index: number): object {
  return {
    ...{ apiVersion: `${group}/v1`, kind: 'RoleBinding' },
    metadata: { name: `user-${index}` },
    roleRef: { apiGroup: group, kind: 'Role', name: role },
    subjects: [{ apiGroup: group, kind: 'User', name: `user-${index}` }],
  };
}

function tableOf(steps: readonly BindingsStep[]): string {
  const heads = ['RoleBindings', 'cached gets/s', 'p99 ms', 'CPU µs'];
  return table([
    [...heads, 'strong gets/s', 'p99 ms', 'CPU µs', 'MB'],
    ...steps.map(({ bindings, cached, strong, memoryMb }) => [
      String(bindings),
      ...[cached, strong].flatMap(({ perSecond, p99Ms, cpuUs }) => {
        return [String(perSecond), p99Ms.toFixed(1), String(cpuUs)];
      }),
      String(memoryMb),
    ]),
  ]);
}
