import type { StatusCause } from '../model/api-status.js';
import type { KubeObject } from '../model/kube-object.js';
import type { StrategyContext } from '../model/resource-definition.js';

/** Why a policy denies a write. */
export interface AdmissionDenial {
  /** Name of the ValidatingAdmissionPolicy, and of its binding. */
  readonly policy: string;
  readonly message: string;
}

/**
 * Rules and policies of one custom resource. On a cluster, the definition and admission policies
 * contain them as CEL, which the sandbox does not evaluate.
 */
export interface AdmissionPlugin {
  readonly group: string;
  /** Plural name. */
  readonly resource: string;
  /** Causes in addition to those that the schema has found. `old`: on update, not of the status. */
  rules?(
    object: KubeObject,
    schemaCauses: readonly StatusCause[],
    old?: KubeObject,
  ): readonly StatusCause[];
  /** Changes the object, as a MutatingAdmissionPolicy. `old`: on update. */
  mutate?(
    object: KubeObject,
    old: KubeObject | undefined,
    context: Pick<StrategyContext, 'user'>,
  ): void;
  /** Returns undefined if the write is allowed. `old`: on update. */
  deny?(
    object: KubeObject,
    old: KubeObject | undefined,
    context: Pick<StrategyContext, 'isAllowed'>,
  ): AdmissionDenial | undefined;
}

/** Exports of a module of plug-ins. */
export interface AdmissionModule {
  readonly admissionPlugins: readonly AdmissionPlugin[];
}
