/** Context of a sealed version: it cannot be opened elsewhere. */
export interface VersionBinding {
  /** The uid of the cluster's `kube-system` namespace. */
  readonly cluster: string;
  readonly namespace: string;
  readonly namespaceUid: string;
  readonly name: string;
  readonly secretUid: string;
  readonly version: number;
}
