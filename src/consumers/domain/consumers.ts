import { type ConsumerUse, type PodSpec, type References, consumerUses } from './references.js';
import { referencesOf } from './references.js';

export interface Controller {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Facts of a Pod about its use of Secrets, with times in milliseconds. */
export interface PodState {
  readonly name: string;
  readonly spec: PodSpec;
  /** Undefined for a Pod without a controller. */
  readonly controller: Controller | undefined;
  /** By the clock of the API server, in whole seconds. */
  readonly createdMs: number;
  /** By the clock of the node, in whole seconds; undefined before a node has accepted it. */
  readonly startedMs: number | undefined;
  readonly isOnNode: boolean;
  /** Whether all its containers have ended for good. */
  readonly hasEnded: boolean;
  /**
   * Start of each container that the node has reported, by the node's clock; null: the container
   * retains nothing of an earlier start.
   */
  readonly containers: ReadonlyMap<string, number | null>;
  /** Run of a rotation that created it. */
  readonly restartedFor: string | undefined;
}

/** Workload that creates Pods from a template. */
export interface Workload extends Controller {
  readonly controller: Controller | undefined;
  readonly template: PodSpec;
  /** Whether it is a Job that creates no Pod any more. */
  readonly hasEnded: boolean;
}

export interface NamespaceWorkloads {
  readonly pods: readonly PodState[];
  readonly workloads: readonly Workload[];
}

/** Pod that references the Secret, and how. */
export interface ConsumerPod extends Omit<PodState, 'spec' | 'controller' | 'hasEnded'> {
  readonly references: References;
}

/** Workload, or a standalone Pod, that references a Secret. */
export interface Consumer {
  readonly kind: string;
  readonly name: string;
  readonly uses: readonly ConsumerUse[];
  /** Pods that have not ended, also while they terminate. */
  readonly pods: readonly ConsumerPod[];
}

/** Kinds between a Pod and what people call their workload. */
const intermediate: ReadonlySet<string> = new Set(['ReplicaSet', 'Job']);

interface Found {
  readonly kind: string;
  readonly name: string;
  readonly uses: readonly ConsumerUse[];
  readonly pod?: ConsumerPod;
}

/**
 * Returns the consumers of a Secret, by kind and name. Each Pod counts for the workload that
 * created it. A workload whose template references the Secret counts even without Pods.
 */
export function consumersOf(found: NamespaceWorkloads, secret: string): readonly Consumer[] {
  const byUid = new Map(found.workloads.map((workload) => [workload.uid, workload]));
  const all = [
    ...found.workloads.flatMap((workload) => fromTemplate(workload, secret)),
    ...found.pods.flatMap((pod) => fromPod(pod, secret, byUid)),
  ];
  const groups = Map.groupBy(all, ({ kind, name }) => `${kind}/${name}`);
  return [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, members]) => merged(members));
}

function fromTemplate({ kind, name, ...workload }: Workload, secret: string): Found[] {
  // A controller's child may have an earlier template: its Pods show this, if there are any.
  const isPassing = intermediate.has(kind) && workload.controller !== undefined;
  if (isPassing || workload.hasEnded) return [];
  const references = referencesOf(workload.template, secret);
  return references ? [{ kind, name, uses: references.uses }] : [];
}

function fromPod(pod: PodState, secret: string, byUid: ReadonlyMap<string, Workload>): Found[] {
  const { spec, controller, hasEnded, ...rest } = pod;
  const references = hasEnded ? undefined : referencesOf(spec, secret);
  if (references === undefined) return [];
  const { kind, name } = ownerOf(controller, byUid) ?? { kind: 'Pod', name: pod.name };
  return [{ kind, name, uses: references.uses, pod: { ...rest, references } }];
}

function ownerOf(
  controller: Controller | undefined,
  byUid: ReadonlyMap<string, Workload>,
): Controller | undefined {
  if (controller === undefined || !intermediate.has(controller.kind)) return controller;
  return byUid.get(controller.uid)?.controller ?? controller;
}

function merged(members: readonly Found[]): Consumer[] {
  const [first] = members;
  if (first === undefined) return [];
  const uses = new Set(members.flatMap((member) => member.uses));
  return [
    {
      kind: first.kind,
      name: first.name,
      uses: consumerUses.filter((use) => uses.has(use)),
      pods: members.flatMap(({ pod }) => (pod ? [pod] : [])),
    },
  ];
}
