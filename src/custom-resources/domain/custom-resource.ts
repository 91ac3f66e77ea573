/** Kind of group `sallyport.dev`, of which the cluster stores objects. */
export interface CustomResourceKind {
  readonly kind: string;
  /** Plural, as in paths. */
  readonly resource: string;
  /** Whether its objects are in no namespace: `namespace` is empty then. */
  readonly isClusterScoped?: true;
}

/** Object of a kind, as stored in the cluster. */
export interface CustomResource {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Number that grows with every change of the spec. */
  readonly generation: number;
  readonly createdMs: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** Spec as its author wrote it, with the cluster's defaults. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
  readonly isBeingDeleted: boolean;
}

/** Status of an object; undefined members are deleted. */
export type CustomResourceStatus = Readonly<Record<string, unknown>>;

/** Returns the validator of a spec: it does not change with the status. */
export function specTag({ uid, generation }: Pick<CustomResource, 'uid' | 'generation'>): string {
  return `"${uid}.${generation}"`;
}
