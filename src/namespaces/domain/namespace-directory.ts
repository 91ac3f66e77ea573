export interface NamespaceInfo {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Namespaces of the cluster, as the gateway itself reads them, by name. */
export abstract class NamespaceDirectory {
  abstract list(onUpstreamId: (id: string) => void): Promise<readonly NamespaceInfo[]>;
}
